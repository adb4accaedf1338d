// The loop, and `auto` itself, where there are bases of agents after the first one.

import { existsSync, mkdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { namesIn } from "../reclaim/runs.ts";
import { miniclawBase, writeSession } from "../support/miniclaw.ts";
import { run } from "../support/run.ts";
import { type World, world } from "../support/world.ts";
import { fakeCommand, keepHouse } from "./support.ts";

interface Sessions {
  readonly w: World;
  readonly base: string;
  readonly old: readonly string[];
  readonly fresh: string;
}

/** A home with two old sessions and a fresh one, and our own file of settings. */
function sessions(settings = "auto_prune: true\ncollect: [miniclaw-sessions]\n"): Sessions {
  const w = world();
  const base = miniclawBase(w.root);
  const now = Date.now();
  const old = [writeSession(base, "telegram_1", 60, now), writeSession(base, "cli_work", 40, now)];
  const fresh = writeSession(base, "telegram_2", 3, now);
  mkdirSync(join(w.root, ".config/checkpoint-gc"), { recursive: true });
  writeFileSync(join(w.root, ".config/checkpoint-gc/config.yaml"), settings);
  return { w, base, old, fresh };
}

function there(paths: readonly string[]): readonly boolean[] {
  return paths.map((path) => existsSync(path));
}

describe("a sweep of another agent's base by the loop", () => {
  it("is logged in one line with its count and bytes, and in one for each session", async () => {
    const { w, base, old, fresh } = sessions();
    const loop = keepHouse(w, { home: undefined });
    await loop.turn(1);
    const told = loop.told.filter(({ fields }) => fields["event"] === "sweep" || fields["event"] === "entry");
    expect(told.map(({ level, fields }) => [level, fields["id"] ?? fields["base"]])).toEqual([
      ["debug", expect.stringMatching(/^(?:telegram_1|cli_work)\.json$/)],
      ["debug", expect.stringMatching(/^(?:telegram_1|cli_work)\.json$/)],
      ["info", base],
    ]);
    for (const { fields } of told.slice(0, 2)) {
      expect(fields).toMatchObject({ bytes: expect.any(Number) as number, outcome: "trashed" });
    }
    expect(Object.values(told[2]?.fields["removedByRule"] ?? {})).toEqual([2]);
    expect(told[2]?.fields["bytesTrashed"]).toBeGreaterThan(0);
    expect(told[2]?.message).toMatch(/^checkpoint-gc: 2 to trash \([\d.]+ kB: 2 \w+\), 1 kept, 0 failed, [\d.]+ m?s$/);
    expect([...there(old), existsSync(fresh)]).toEqual([false, false, true]);
  });

  it("finds one that only a variable leads to", async () => {
    const w = world();
    const moved = join(w.root, "elsewhere");
    const base = join(moved, "agents/main/sessions");
    const old = join(base, "sessions.json.0e0e0e0e-1111-4222-8333-444455556666.tmp");
    mkdirSync(base, { recursive: true });
    writeFileSync(join(base, "sessions.json"), '{"agent:main:main":{"sessionId":"live"}}');
    writeFileSync(old, "{}");
    const days = (many: number): number => Date.now() / 1000 - many * 86_400;
    utimesSync(old, days(3), days(3));
    mkdirSync(join(w.root, ".config/checkpoint-gc"), { recursive: true });
    writeFileSync(
      join(w.root, ".config/checkpoint-gc/config.yaml"),
      "auto_prune: true\ncollect: [openclaw-sessions]\n",
    );
    const env = { HOME: w.root, PATH: process.env["PATH"], TZ: "UTC" };
    await keepHouse(w, { home: undefined, agent: "openclaw", env }).turn(1);
    expect(existsSync(old)).toBe(true);
    await keepHouse(w, { home: undefined, agent: "openclaw", env: { ...env, OPENCLAW_STATE_DIR: moved } }).turn(1);
    expect(existsSync(old)).toBe(false);
  });

  it("comes once a day", async () => {
    const { w, base } = sessions();
    const loop = keepHouse(w, { home: undefined });
    await loop.turn(1);
    writeSession(base, "telegram_3", 60, Date.now());
    await loop.turn(2);
    expect([loop.sweeps.length, namesIn(base)]).toEqual([1, ["telegram_2.json", "telegram_3.json"]]);
  });

  it("comes for a named agent alone where one was named, and not for a named home of the first", async () => {
    const { w, old } = sessions(
      "auto_prune: true\norphan_grace_hours: 0\ncollect: [miniclaw-sessions, hermes-shadow]\n",
    );
    const gone = w.repo("gone", { workdir: "delete" });
    await keepHouse(w).turn(1);
    expect([...there(old), existsSync(gone.path)]).toEqual([true, true, false]);
    const another = w.repo("another", { workdir: "delete" });
    await keepHouse(w, { home: undefined, agent: "miniclaw" }).turn(1);
    expect([...there(old), existsSync(another.path)]).toEqual([false, false, true]);
  });

  it("is tried four times a day where nothing was ever collected there", async () => {
    const { w } = sessions("auto_prune: true\n");
    const log = join(w.root, "started");
    const command = fakeCommand(
      w,
      `import { appendFileSync } from "node:fs"; appendFileSync(${JSON.stringify(log)}, "x");`,
    );
    const loop = keepHouse(w, { home: undefined, agent: "miniclaw", command });
    // Each turn is five minutes after the last: from 0:00 to 12:00.
    for (let nth = 1; nth <= 145; nth += 1) await loop.turn(nth);
    expect(readFileSync(log, "utf8")).toBe("xxx");
  });
});

describe("auto", () => {
  it("sweeps another agent's base that is due although that of the first is not", async () => {
    const { w, base, old } = sessions("auto_prune: true\ncollect: [hermes-shadow, miniclaw-sessions]\n");
    w.repo("live");
    expect((await run(["auto", "--quiet"], { home: w })).code).toBe(0);
    expect(there(old)).toEqual([false, false]);
    const late = writeSession(base, "telegram_4", 60, Date.now());
    expect((await run(["auto", "--quiet"], { home: w })).code).toBe(0);
    expect(existsSync(late)).toBe(true);
    // The first agent stamps its own marker whenever it likes: only the state of the other tells of the other.
    rmSync(join(base, "../.sessions.gc/next"));
    rmSync(join(base, "../.sessions.gc/.last_prune"));
    expect((await run(["auto", "--quiet"], { home: w })).code).toBe(0);
    expect(existsSync(late)).toBe(false);
  });
});
