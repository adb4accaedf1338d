// Git at work in a repo during runs, and runs that must not leave a trace.

import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { describe, expect, it } from "vitest";
import { scan, type ScanOptions } from "../../src/index.ts";
import { assertSound, git, GIT_ENV } from "../support/git.ts";
import { run } from "../support/run.ts";
import { diff, fingerprint } from "../support/tree.ts";
import { type ShadowRepo, type World, world } from "../support/world.ts";
import { byHand, common, namesIn, resultOf, sweep, trashOf } from "./runs.ts";

/** In as many a writer adds, commits and packs several times. */
const RUNS = 12;

describe("a writer", () => {
  it.each(["manual", "automatic"])(
    "in a loop of add, commit and gc during runs %s never loses its repo",
    async (mode) => {
      const w = world();
      w.settings({ orphan_grace_hours: 0 }, "checkpoint_gc");
      const busy = w.repo("busy", { ageDays: 60 });
      // It continues until there have been enough runs, however slow either of them is here.
      const stop = join(w.root, "stop");
      const script = `n=0; until [ -e "$STOP" ]; do n=$((n + 1));
      echo "turn $n" > file; git add -A && git commit -q -m "before write_file $n" --allow-empty-message || echo "failed $n"
      [ $((n % 4)) -ne 0 ] || git gc -q; done`;
      const writer = spawn("sh", ["-c", script], {
        cwd: busy.workdir,
        env: { ...GIT_ENV, GIT_DIR: busy.path, GIT_WORK_TREE: busy.workdir, STOP: stop },
        stdio: "ignore",
      });
      const ended = once(writer, "exit");
      for (let runs = 0; runs < RUNS; runs++) {
        // Old by every look, as far as its times go: only what git does in the meantime speaks for it.
        age(w, busy);
        const done = mode === "manual" ? await byHand(w, { disposal: "trash" }) : await sweep(w);
        for (const { outcome } of done.bases.flatMap((base) => base.entries))
          expect(["changed", "conflict", "trashed", "already-gone"]).toContain(outcome);
        await new Promise((resolve) => setImmediate(resolve));
      }
      writeFileSync(stop, "");
      await ended;
      // Wherever it is now, in its place or in the trash, there is at least one, and each is sound.
      const places = [
        ...namesIn(w.base)
          .filter((name) => name === busy.id)
          .map(() => busy.path),
        ...(await trashOf(w)).map(({ item }) => item.members[0]?.path ?? ""),
      ];
      // A git that was at work when its repo was moved away leaves pieces in the place, which are not a repo.
      const repos = places.filter((place) => existsSync(join(place, "HEAD")));
      expect(repos.length).toBeGreaterThan(0);
      for (const place of repos)
        if (git({ repo: place, env: { GIT_WORK_TREE: "/" } }, "rev-list", "--count", "--all") !== "0")
          assertSound(place);
    },
  );

  it("that keeps a lock is left alone", async () => {
    const w = world();
    const busy = w.repo("busy", { ageDays: 60, inside: { "index.lock": "" } });
    w.freshen(`${busy.path}/index.lock`);
    const twin = w.repo("twin", { ageDays: 60, inside: { "index.lock": "" } });
    const done = await byHand(w, { settings: { retention_days: 7 } });
    expect(resultOf(done, twin).outcome).toBe("removed");
    expect(namesIn(w.base)).toEqual([busy.id]);
  });
});

/** Git renames and removes files meanwhile, and the repo may be in the trash: what is not there has no age. */
function age(w: World, repo: ShadowRepo): void {
  try {
    w.age(repo, 60);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
  }
}

describe("what only looks", () => {
  const LOOKS: readonly ScanOptions[] = [
    {},
    { mode: "automatic" },
    { disposal: "trash" },
    { everything: true, claims: true, snapshots: "all" },
    { include: ["unreachable", "unidentified"], only: "orphan" },
  ];

  it("leaves the home as it was, times included: scan in every mode, and the command", async () => {
    const w = world();
    w.settings({ orphan_grace_hours: 0 }, "checkpoint_gc");
    for (const workdir of ["keep", "delete", "delete-parent", "empty-parent", "symlink"] as const)
      w.repo(workdir, { workdir });
    w.repo("old", { ageDays: 60 });
    w.repo("unknown", { marker: null, worktree: null });
    w.store();
    w.legacy();
    w.marker(Date.now() / 1000);
    for (const withState of [false, true]) {
      if (withState) await byHand(w, { disposal: "trash" });
      const before = fingerprint(w.root);
      for (const look of LOOKS)
        expect((await scan({ ...common(w), ...look })).bases[0]?.entries.length).toBeGreaterThan(0);
      for (const args of [
        ["status"],
        ["prune", "--dry-run"],
        ["prune"],
        ["auto", "--dry-run"],
        ["trash", "list"],
        ["status", "--json"],
      ]) {
        const { code } = await run(args, { home: w });
        // Without a terminal and without --yes nothing is confirmed; with nothing to do there is no question.
        if (args.join(" ") === "prune" && !withState) expect(code).toBe(3);
        else expect({ args, code }).toEqual({ args, code: 0 });
      }
      expect(diff(before, fingerprint(w.root))).toEqual([]);
    }
  });
});
