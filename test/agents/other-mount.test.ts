// `core.worktree` on another mount, with a real one: while it is not mounted nothing that is about it goes, mounted it is live or
// old, and what was deleted there meanwhile goes.

import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { inMounts, isThere, needsMounts, type Sight } from "../evidence/mounted.ts";
import { entryOf } from "../support/report.ts";
import { snapshotHome } from "../support/snapshot-home.ts";

/** A volume that is mounted and unmounted, and keeps what is on it. */
const SCRIPT = `mkdir "$R/volume"; mount -t tmpfs volume "$R/volume"; mkdir "$R/volume/stays" "$R/volume/gone" "$R/volume/other"
see unseen status --agent AGENT
see untouched prune --yes --agent AGENT
mount --bind "$R/volume" "$W/vol"
see mounted auto --now --opt-in --agent AGENT
umount "$W/vol"
see unmounted status --agent AGENT
see kept prune --yes --agent AGENT
mkdir "$W/vol/below"
see hidden prune --yes --agent AGENT
rmdir "$W/vol/below" "$R/volume/gone"
see deleted prune --yes --agent AGENT
mount --bind "$R/volume" "$W/vol"
see back prune --yes --agent AGENT
see after status --agent AGENT
`;

describe.each(["opencode", "kilo", "cline", "roo"] as const)("%s", (agent) => {
  it("keeps what is about a volume that is not mounted, and takes what was deleted on it once it is", (test) => {
    needsMounts(test);
    const home = snapshotHome(agent);
    const [stays, gone] = [home.repo("vol/stays"), home.repo("vol/gone")];
    const work = join(home.root, "projects");
    // What the repositories are about is on the volume alone.
    for (const name of ["stays", "gone"]) rmSync(join(work, "vol", name), { recursive: true });
    mkdirSync(join(work, "vol"), { recursive: true });
    const place = { root: home.root, home: home.home, work, base: join(stays.path, "..") };
    const seen = inMounts(place, SCRIPT.replaceAll("AGENT", agent));
    const verdicts = ({ report, code, stderr }: Sight): readonly string[] => {
      expect(code, stderr).toBe(0);
      return [stays, gone].map(({ path }) => report.entries.find((one) => one.path === path)?.verdict ?? "no entry");
    };
    for (const name of ["unseen", "untouched", "unmounted", "kept", "hidden", "deleted"])
      expect([name, ...verdicts(seen(name))]).toEqual([name, "unreachable", "unreachable"]);
    expect(verdicts(seen("mounted"))).toEqual(["live", "live"]);
    expect(verdicts(seen("back"))).toEqual(["live", "orphan"]);
    expect(verdicts(seen("after"))).toEqual(["live", "no entry"]);
    const removed = seen("back").report.entries.filter(({ action }) => action === "remove");
    expect(removed.map(({ id }) => id)).toHaveLength(1);
    expect(entryOf(seen("hidden").report, removed[0]?.id ?? "").reason).toBe("mount-gone");
    expect([isThere(stays.path), isThere(gone.path)]).toEqual([true, false]);
  });
});
