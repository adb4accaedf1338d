// The loop with processes of its own: the built command, and programs that behave badly in its place.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { touchAfter } from "../hook/support.ts";
import { namesIn, stateOf, sweep, trashNames } from "../reclaim/runs.ts";
import { COMMAND } from "../support/run.ts";
import { appears } from "../support/until.ts";
import { type World, world } from "../support/world.ts";
import { fakeCommand, keepHouse } from "./support.ts";

function dueWorld(): World {
  const w = world();
  w.settings({ auto_prune: true });
  w.settings({ orphan_grace_hours: 0 }, "checkpoint_gc");
  return w;
}

describe("a sweep", () => {
  it("is logged with its fields and its text, each entry too, and the next one is known", async () => {
    const w = dueWorld();
    const gone = w.repo("gone", { workdir: "delete", ageDays: 3 });
    w.repo("live");
    const loop = keepHouse(w);
    await loop.turn(1);
    const [one] = loop.sweeps;
    expect(loop.sweeps).toHaveLength(1);
    expect(one).toMatchObject({ base: w.base, scanned: 2, removedByRule: { orphan: 1 }, bytesReclaimed: 0, failed: 0 });
    expect(one?.bytesTrashed).toBeGreaterThan(0);
    const told = loop.told.filter(({ fields }) => fields["event"] === "sweep" || fields["event"] === "entry");
    expect(told.map(({ level, fields }) => [level, Object.keys(fields)])).toEqual([
      ["debug", ["event", "id", "rule", "ageDays", "bytes", "outcome"]],
      ["info", ["event", "base", "scanned", "removedByRule", "bytesTrashed", "bytesReclaimed", "failed", "durationMs"]],
    ]);
    expect(told[0]?.fields).toMatchObject({ id: gone.id, rule: "orphan", ageDays: 3, outcome: "trashed" });
    expect(told[1]?.message).toMatch(
      /^checkpoint-gc: 1 to trash \([\d.]+ kB: 1 orphan\), 1 kept, 0 failed, [\d.]+ m?s$/,
    );
    expect(namesIn(w.base)).not.toContain(gone.id);
    const ahead = (loop.next?.getTime() ?? 0) - Date.now();
    expect(ahead).toBeGreaterThan(23 * 3_600_000);
    expect(ahead).toBeLessThanOrEqual(24 * 3_600_000);
  });

  it("covers every home and profile, and logs no line for one without work", async () => {
    const [w, other] = [dueWorld(), dueWorld()];
    const profile = w.profile("night");
    profile.settings({ auto_prune: true });
    const loop = keepHouse(w, { home: [w.home, other.home] });
    await loop.turn(1);
    expect(loop.sweeps.map(({ base }) => base).toSorted()).toEqual([w.base, profile.base, other.base].toSorted());
    expect(loop.told.filter(({ level }) => level !== "debug")).toEqual([]);
  });

  it("happens where only a profile is due, and where the host brings its own consent", async () => {
    const w = dueWorld();
    const loop = keepHouse(w);
    await loop.turn(1);
    const profile = w.profile("new");
    profile.repo("gone", { workdir: "delete" });
    await loop.turn(2);
    expect(loop.sweeps).toHaveLength(1);
    const consenting = keepHouse(profile, { home: profile.home, enabled: true, settings: { orphan_grace_hours: 0 } });
    await consenting.turn(1);
    expect(consenting.sweeps).toMatchObject([{ base: profile.base, removedByRule: { orphan: 1 } }]);
  });

  it("sees changed settings at the next turn", async () => {
    const w = world();
    w.repo("gone", { workdir: "delete" });
    const loop = keepHouse(w);
    await loop.turn(1);
    expect(loop.sweeps).toEqual([]);
    w.settings({ auto_prune: true });
    touchAfter(join(w.home, "config.yaml"), [join(stateOf(w), "next")]);
    await loop.turn(2);
    expect(loop.sweeps).toHaveLength(1);
  });

  it.each([
    ["enabled: false", { enabled: false }, {}],
    ["CHECKPOINT_GC=off", {}, { CHECKPOINT_GC: "off" }],
    ["within a sweep, should the command name the host", {}, { CHECKPOINT_GC_DETACHED: "1" }],
  ])("does not happen with %s", async (_, options, env) => {
    const w = dueWorld();
    const loop = keepHouse(w, { ...options, env: { HOME: w.root, PATH: process.env["PATH"], ...env } });
    await loop.turn(1);
    await loop.turn(2);
    expect([loop.next, loop.told, namesIn(stateOf(w))]).toEqual([null, [], []]);
  });
});

describe("a failure", () => {
  it("of one base is a warning, a line in its log, and keeps no other from it", async () => {
    const [w, other] = [dueWorld(), dueWorld()];
    w.config("checkpoints: {retention_days: soon}\n");
    const command = [process.execPath, COMMAND];
    const loop = keepHouse(w, { home: [w.home, other.home], command });
    await loop.turn(1);
    expect(loop.told.filter(({ level }) => level === "warn").map(({ message }) => message)).toEqual([
      expect.stringMatching(new RegExp(`^checkpoint-gc: ${w.base}: checkpoints.retention_days .* is "soon"`)),
    ]);
    expect(loop.sweeps.map(({ base }) => base)).toEqual([other.base]);
    expect(readFileSync(join(stateOf(w), "log"), "utf8")).toMatch(
      /^\d{4}-\S+Z settings-invalid: checkpoints.retention_days in \S+, line 1, is "soon": .*\n$/,
    );
  });

  it("that is the same at every turn is reported once, and the turns come further apart", async () => {
    const w = dueWorld();
    const log = join(w.root, "started");
    const command = fakeCommand(
      w,
      `import { appendFileSync } from "node:fs"; appendFileSync(${JSON.stringify(log)}, "x"); console.error("out of order"); process.exit(3);`,
    );
    const loop = keepHouse(w, { command });
    // Due all the time, for 100 turns of five minutes each.
    for (let nth = 1; nth <= 100; nth++) await loop.turn(nth);
    const warnings = loop.told.filter(({ level }) => level === "warn");
    expect(warnings.map(({ message }) => message)).toEqual([
      "checkpoint-gc: the sweep ended with code 3: out of order",
    ]);
    // At 0 h, 1 h, 3 h and 7 h; the eight hours end before the next.
    expect(readFileSync(log, "utf8")).toBe("xxxx");
  });

  it.each([
    ["a command that is not there", { command: ["/nowhere/checkpoints"] }, "there is no program"],
    [
      "a setting that does not exist",
      { settings: JSON.parse('{ "retention": 1 }') as Record<string, never> },
      'unknown setting "retention"',
    ],
    ["an empty home", { home: " " }, "home is empty"],
  ])("to begin with is a warning and no exception: %s", async (_, options, says) => {
    const loop = keepHouse(dueWorld(), options);
    await loop.turn(1);
    await loop.turn(2);
    expect(loop.told.map(({ level, message }) => [level, message])).toEqual([["warn", expect.stringContaining(says)]]);
  });

  it("of a program that says much and nothing to the point does no harm", async () => {
    const w = dueWorld();
    const command = fakeCommand(w, `process.stdout.write("{".repeat(3_000_000) + "\\n\\u0000\\n[]\\nnull\\n");`);
    const loop = keepHouse(w, { command });
    await loop.turn(1);
    expect(loop.told).toEqual([]);
  });
});

describe("the signal", () => {
  it("stops a sweep between two entries, and the next run continues", async () => {
    const w = dueWorld();
    const repos = Array.from({ length: 4 }, (_, n) => w.repo(`gone${n}`, { workdir: "delete" }));
    const [reached, go] = [join(w.root, "reached"), join(w.root, "go")];
    const held = `
      import { existsSync, writeFileSync } from "node:fs";
      let met = 0;
      globalThis.__checkpointGcTap = (operation) => {
        if (operation !== "point:isolated" || ++met > 1) return;
        writeFileSync(${JSON.stringify(reached)}, "");
        const pause = (ms) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
        while (!existsSync(${JSON.stringify(go)})) pause(5);
        // More than a slice of work: the event loop turns next, and hears the signal.
        pause(30);
      };`;
    const module = `data:text/javascript,${encodeURIComponent(held)}`;
    const loop = keepHouse(w, { command: [process.execPath, "--import", module, COMMAND] });
    await appears(reached);
    loop.stop();
    writeFileSync(go, "");
    await loop.stopped;
    const moved = trashNames(w).length;
    expect(moved).toBeGreaterThan(0);
    expect(moved).toBeLessThan(repos.length);
    const last: unknown = JSON.parse(readFileSync(join(stateOf(w), "state.json"), "utf8"));
    expect(last).toMatchObject({ sweeps: [{ trashed: moved, error: { code: "interrupted" } }] });
    await sweep(w);
    expect(namesIn(w.base).filter((name) => repos.some(({ id }) => id === name))).toEqual([]);
    expect(new Set(trashNames(w).map((name) => name.split(".")[0])).size).toBe(repos.length);
  });

  it("stops also with a sweep that does not listen, and leaves nothing of it", async () => {
    const w = dueWorld();
    const file = join(w.root, "pid");
    const command = fakeCommand(
      w,
      `import { renameSync, writeFileSync } from "node:fs";
       process.on("SIGTERM", () => {});
       writeFileSync(${JSON.stringify(`${file}.tmp`)}, String(process.pid));
       renameSync(${JSON.stringify(`${file}.tmp`)}, ${JSON.stringify(file)});
       setInterval(() => {}, 1000);`,
    );
    const loop = keepHouse(w, { command });
    await appears(file);
    loop.stop();
    await loop.stopped;
    await ended(Number(readFileSync(file, "utf8")));
    expect(loop.told.filter(({ level }) => level === "warn")).toEqual([]);
  });
});

/** A killed process is gone once its parent has heard of it. */
async function ended(pid: number): Promise<void> {
  for (;;) {
    try {
      process.kill(pid, 0);
    } catch {
      return;
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
}
