// After a removal to the trash: that it frees nothing yet, how to free it, and what does it by itself, which has to be true
// of the next run. The built command, with a real trash.
import { mkdirSync, readdirSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { namesIn, trashNames } from "./reclaim/runs.ts";
import { run } from "./support/run.ts";
import { type World, world } from "./support/world.ts";

const TRASH = ["prune", "--yes", "--trash"];

function withGone(): World {
  const w = world();
  w.repo("gone", { workdir: "delete" });
  return w;
}

/** A crontab that answers as the real one does. */
function withCrontab(w: World, text: string): Readonly<Record<string, string>> {
  const bin = join(w.root, "bin");
  mkdirSync(bin);
  writeFileSync(join(w.root, "crontab.txt"), text);
  writeFileSync(join(bin, "crontab"), `#!/bin/sh\ncat "${w.root}/crontab.txt"\n`, { mode: 0o755 });
  return { PATH: `${bin}:${process.env["PATH"] ?? ""}` };
}

describe("prune to the trash", () => {
  it("says that nothing is freed yet, that nothing is scheduled, the commands, and the free space", async () => {
    const w = withGone();
    const { stdout } = await run(TRASH, { home: w, env: withCrontab(w, "") });
    expect(stdout).toMatch(
      /^No space is freed yet: the trash keeps it for 7 days\.\nThe first run after \d+ \w{3}(?: \d{4})? deletes it; none is scheduled\.$/m,
    );
    expect(stdout).toMatch(/^Free on this disk: [\d.]+ [kMGT]?B before, [\d.]+ [kMGT]?B now\.$/m);
    expect(stdout).toMatch(/^To put it back: checkpoints undo$/m);
    expect(stdout).toMatch(/^To free [\d.]+ kB now: checkpoints trash empty$/m);
  });

  it("says of how much the trash would be emptied, where it had something before", async () => {
    const w = withGone();
    await run([...TRASH, "-q"], { home: w });
    w.repo("again", { workdir: "delete" });
    const { stdout } = await run(TRASH, { home: w });
    const [, freed = ""] =
      /^To free ([\d.]+ kB) now, of all 2 in the trash: checkpoints trash empty$/m.exec(stdout) ?? [];
    expect((await run(["trash", "empty", "-n"], { home: w })).stdout).toContain(`2 repos, ${freed}`);
    // What is deleted in the same run is not there any more.
    w.settings({ trash_days: 0 });
    w.repo("third", { workdir: "delete" });
    expect((await run(TRASH, { home: w })).stdout).not.toContain("of all");
  });

  it("says that a sweep ran lately, and that sweeps are on though none has run", async () => {
    const w = withGone();
    w.settings({ auto_prune: true }, "checkpoint_gc");
    const env = withCrontab(w, "");
    expect((await run(TRASH, { home: w, env })).stdout).toContain("automatic sweeps are on, but none has run lately");
    expect((await run(["auto", "--now"], { home: w, env })).code).toBe(0);
    w.repo("again", { workdir: "delete" });
    expect((await run(TRASH, { home: w, env })).stdout).toContain("deletes it; the last automatic one was just now.");
  });

  it("says nothing of the trash after what was deleted permanently, nor in JSON", async () => {
    const w = withGone();
    const { stdout } = await run(["prune", "--yes"], { home: w });
    expect(stdout).not.toContain("is freed yet");
    expect(stdout).toContain("Free on this disk: ");
    w.repo("again", { workdir: "delete" });
    const json = await run([...TRASH, "--json"], { home: w });
    expect(json.stdout).not.toContain("Free on this disk");
  });
});

describe("after a restore, the day that it names", () => {
  it.each([
    ["a shorter retention", ["--retention-days", "1"]],
    ["no retention for orphans and a small limit", ["--set", "retention_days=1", "--max-size", "1K"]],
    ["its own name", ["gone", "twin", "--retention-days", "0"]],
  ])("holds for %s", async (_, flags) => {
    const w = withGone();
    expect((await run(TRASH, { home: w })).code).toBe(0);
    const before = (await run(["undo", "-n"], { home: w })).stdout;
    const { stdout } = await run(["undo"], { home: w });
    const [said, day] = [before, stdout].map((text) => /no run removes it before (\d+ \w{3})/.exec(text)?.[1]);
    expect([said, day === undefined]).toEqual([day, false]);
    // Two days later by the clock of the restore's note: the retention of the next run is over, and the day is not.
    const notes = join(w.home, ".checkpoints.gc/restored");
    for (const name of readdirSync(notes)) {
      const at = Date.now() / 1000 - 2 * 86_400;
      utimesSync(join(notes, name), at, at);
    }
    w.repo("twin", { workdir: "delete" });
    const next = await run(["prune", "--yes", ...flags], { home: w });
    expect(next.code, next.stderr).toBe(0);
    expect([namesIn(w.base).length, trashNames(w).length]).toEqual([1, 0]);
    expect((await run(["explain", "gone"], { home: w })).stdout).toContain("restored");
  });
});
