// Workdirs on a FUSE mount whose server is stopped: a call that asks it never comes back, and no signal ends it. A child
// asks, once; the deadline is paid once, and everybody else is judged as ever.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { entryOf } from "../support/report.ts";
import { type ShadowRepo, type World, world } from "../support/world.ts";
import { inMounts, needsFuse, repoOf } from "./mounted.ts";

/** The child's deadline. */
const DEADLINE_MS = 5000;

/** Writes down each child that is asked: one that is not answered costs the deadline, so a second one costs it twice. */
const COUNTING = (file: string): string => `
import child from "node:child_process"; import { appendFileSync } from "node:fs"; import { syncBuiltinESMExports } from "node:module";
const { spawn } = child;
child.spawn = (program, args, ...rest) => {
  if (args.some((each) => each.endsWith("probe.js"))) appendFileSync(${JSON.stringify(file)}, "asked\\n");
  return spawn(program, args, ...rest);
};
syncBuiltinESMExports();
`;

/** How many children each run of a script asks, by its name. */
function countChildren(w: World): (name: string) => number {
  writeFileSync(join(w.root, "counting.mjs"), COUNTING(join(w.root, "asked")));
  return (name) => readFileSync(join(w.root, `asked-${name}`), "utf8").split("\n").length - 1;
}

/** As `see`, and keeps what the counting wrote. */
const COUNTED = `counted() { : >"$R/asked"; see "$@"; mv "$R/asked" "$R/asked-$1"; }`;

/** `$S` is served at `$W/far`; `stop` leaves its mount without an answer, as a server does that has died. */
const SERVE = `S="$R/served"; mkdir -p "$S" "$W/far"; PRELOADED=; test ! -e "$R/counting.mjs" || PRELOADED="--import $R/counting.mjs"
bindfs -f "$S" "$W/far" & server=$!
end() { kill -CONT "$server"; umount -l "$W/far/inner"; umount -l "$W/far"; kill -KILL "$server"; }
trap 'end 2>/dev/null || true' EXIT
n=0; until mountpoint -q "$W/far"; do n=$((n + 1)); [ "$n" -lt 2000 ]; sleep 0.05; done
# What the kernel remembers of names and attributes is good for a second.
stop() { kill -STOP "$server"; sleep 1.5; }
go() { kill -CONT "$server"; }
# A run that hangs is ended by force, and says so by its code.
NODE="$R/bounded"; printf '#!/bin/sh\\nexec timeout -s KILL 200 %s %s "$@"\\n' "${process.execPath}" "$PRELOADED" >"$NODE"; chmod +x "$NODE"
`;

function far(w: World, count: number, ageDays = 3): readonly ShadowRepo[] {
  return Array.from({ length: count }, (_, at) => repoOf(w, join(w.work, "far", `p${at}`), ageDays));
}

const MAKE = (repos: readonly ShadowRepo[]): string =>
  `mkdir -p ${repos.map(({ workdir }) => `"$S/${workdir.split("/far/")[1] ?? ""}"`).join(" ")}`;

describe("a FUSE mount", () => {
  it("is asked by a child: what is there is live, and what was deleted is gone once it was seen", (test) => {
    needsFuse(test);
    const w = world();
    const [kept, deleted, unseen] = far(w, 3);
    if (kept === undefined || deleted === undefined || unseen === undefined) throw new Error("three were made");
    const seen = inMounts(
      w,
      `${SERVE}${MAKE([kept, deleted])}; see alive auto --now --opt-in; rm -r "$S/p1"; sleep 1.5; see gone status`,
    );
    for (const [repo, alive, gone] of [
      [kept, "workdir-present", "workdir-present"],
      [deleted, "workdir-present", "absent-witnessed"],
      [unseen, "other-mount", "other-mount"],
    ] as const) {
      expect(entryOf(seen("alive").report, repo.id).reason).toBe(alive);
      expect(entryOf(seen("gone").report, repo.id).reason).toBe(gone);
    }
  });

  it("is asked by a child who is there under another name", (test) => {
    needsFuse(test);
    const w = world();
    const repos = far(w, 3);
    const [renamed, deleted] = repos;
    if (renamed === undefined || deleted === undefined) throw new Error("three were made");
    const script = `see alive auto --now --opt-in; mv "$W/far/p0" "$W/far/p0.bak"; rm -r "$S/p1"; sleep 1.5; see gone status`;
    const seen = inMounts(w, `${SERVE}${MAKE(repos)}; ${script}`);
    expect(entryOf(seen("gone").report, renamed.id)).toMatchObject({
      reason: "renamed",
      detail: expect.stringContaining("far/p0.bak") as string,
    });
    expect(entryOf(seen("gone").report, deleted.id).reason).toBe("absent-witnessed");
  });

  it("costs the deadline once while its server is stopped, and the other entries are all judged", (test) => {
    needsFuse(test);
    const w = world();
    const hung = far(w, 12);
    const here = w.repo("here");
    const gone = w.repo("gone", { workdir: "delete", ageDays: 3 });
    const old = w.repo("old", { ageDays: 60 });
    const script = [
      MAKE(hung),
      "see alive auto --now --opt-in",
      "stop",
      "counted hung status",
      "go",
      "see again status",
    ];
    const asked = countChildren(w);
    const seen = inMounts(w, `${SERVE}${COUNTED}\n${script.join("\n")}`);
    for (const { id } of hung) {
      expect(entryOf(seen("hung").report, id)).toMatchObject({
        verdict: "unreachable",
        reason: "timed-out",
        action: "keep",
      });
      expect(entryOf(seen("again").report, id).reason).toBe("workdir-present");
    }
    expect(seen("hung").ms).toBeGreaterThan(DEADLINE_MS);
    expect(asked("hung")).toBe(1);
    expect(entryOf(seen("hung").report, here.id).verdict).toBe("live");
    expect(entryOf(seen("hung").report, gone.id).verdict).toBe("orphan");
    // The first sweep took what is old; it was on no mount that matters.
    expect(entryOf(seen("alive").report, old.id).outcome).toBe("trashed");
  });

  it("keeps everything on it, manually and automatically, while its server is stopped", (test) => {
    needsFuse(test);
    const w = world();
    const hung = far(w, 3);
    const gone = w.repo("gone", { workdir: "delete", ageDays: 3 });
    const script = [MAKE(hung), "see alive auto --now --opt-in", "stop\nTAKE", "go", "see again status"];
    const seen = inMounts(w, `${SERVE}${script.join("\n")}`);
    for (const { id } of hung) {
      for (const name of ["swept", "pruned"])
        expect(entryOf(seen(name).report, id)).toMatchObject({ reason: "timed-out", action: "keep", outcome: null });
      expect(entryOf(seen("again").report, id).verdict).toBe("live");
    }
    expect(entryOf(seen("swept").report, gone.id).outcome).toBe("trashed");
  });

  it("costs the deadline once a run, also where old repos of it are removed and more are in the trash", (test) => {
    needsFuse(test);
    const w = world();
    const hung = far(w, 4, 30);
    const asked = countChildren(w);
    const script = `stop\ncounted pruned prune --yes --trash\ncounted after status\nsee swept auto --now`;
    const seen = inMounts(w, `${SERVE}${COUNTED}\n${script}`);
    for (const { id } of hung) expect(entryOf(seen("pruned").report, id).outcome).toBe("trashed");
    expect([asked("pruned"), asked("after")]).toEqual([1, 1]);
  });

  it("is not asked here about what is on a local mount below it either", (test) => {
    needsFuse(test);
    const w = world();
    const { id } = repoOf(w, join(w.work, "far", "inner", "proj"));
    const here = w.repo("here");
    const script = `mkdir "$S/inner"; mount -t tmpfs inner "$W/far/inner"; mkdir "$W/far/inner/proj"
see alive auto --now --opt-in; stop; see hung status; go; see again status`;
    const seen = inMounts(w, `${SERVE}${script}`);
    expect(entryOf(seen("alive").report, id).reason).toBe("workdir-present");
    expect(entryOf(seen("hung").report, id).reason).toBe("timed-out");
    expect(entryOf(seen("hung").report, here.id).verdict).toBe("live");
    expect(entryOf(seen("again").report, id).reason).toBe("workdir-present");
  });

  it("whose server died is an errno of its own, and live when it is mounted again", (test) => {
    needsFuse(test);
    const w = world();
    const [repo] = far(w, 1);
    if (repo === undefined) throw new Error("one was made");
    const script = `${MAKE([repo])}; see alive auto --now --opt-in; kill -KILL "$server"; wait "$server" || true
n=0; while stat "$W/far" >/dev/null 2>&1; do n=$((n + 1)); [ "$n" -lt 2000 ]; sleep 0.05; done; sleep 1.2
see gone status\nTAKE
umount -l "$W/far"; bindfs "$S" "$W/far"; see again status; umount -l "$W/far"`;
    const seen = inMounts(w, `${SERVE}${script}`);
    for (const name of ["gone", "swept", "pruned"])
      expect(entryOf(seen(name).report, repo.id)).toMatchObject({ reason: "probe-failed", action: "keep" });
    expect(entryOf(seen("again").report, repo.id).reason).toBe("workdir-present");
  });

  it("that was unmounted leaves its workdirs out of sight", (test) => {
    needsFuse(test);
    const w = world();
    const [repo] = far(w, 1);
    if (repo === undefined) throw new Error("one was made");
    const script = `${MAKE([repo])}; see alive auto --now --opt-in; umount "$W/far"; mkdir "$W/far/stray"; see gone status\nTAKE`;
    const seen = inMounts(w, `${SERVE}${script}`);
    for (const name of ["gone", "swept", "pruned"])
      expect(entryOf(seen(name).report, repo.id)).toMatchObject({ reason: "mount-gone", action: "keep" });
  });
});
