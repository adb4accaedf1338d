// Our own file of settings holds in every way in which a sweep is started.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { startupSweep } from "../src/hook.ts";
import { type ScheduleDocument, schemaOf } from "../src/report/schema.ts";
import { stateOf, touchAfter } from "./hook/support.ts";
import { expectOneGone, SWEEP, type Twins, twins, write } from "./support/own-settings.ts";
import { entryOf } from "./support/report.ts";
import { cleanEnv, run } from "./support/run.ts";
import { until } from "./support/until.ts";
import { type ShadowRepo, type World, world } from "./support/world.ts";

describe("what our file keeps stays, and its twin goes", () => {
  it("in prune", async () => {
    const t = twins();
    expect((await run(["prune", "--yes"], { home: t.w })).code).toBe(0);
    expectOneGone(t);
  });

  it("in auto, also where the file of the agent keeps something else", async () => {
    const t = twins();
    t.w.settings({ keep: ["/elsewhere"] }, "checkpoint_gc");
    expect((await run(SWEEP, { home: t.w })).code).toBe(0);
    expectOneGone(t);
  });

  it.each(["agents: {hermes: {keep: DIR}}", "agents:\n  hermes:\n    keep: [DIR]\n"])("below %j", async (text) => {
    const t = twins();
    write(t.file, text.replace("DIR", t.kept.workdir));
    expect((await run(SWEEP, { home: t.w })).code).toBe(0);
    expectOneGone(t);
  });

  it("without the file both go", async () => {
    const t = twins();
    rmSync(t.file);
    expect((await run(SWEEP, { home: t.w })).code).toBe(0);
    expect(existsSync(t.kept.path)).toBe(false);
  });

  it("in a sweep that a hook started, where XDG_CONFIG_HOME says", async () => {
    const t = twins("xdg");
    const env = cleanEnv({ home: t.w, env: { XDG_CONFIG_HOME: join(t.w.root, "xdg") } });
    const state = stateOf(t.w.base);
    mkdirSync(state, { mode: 0o700 });
    expect(startupSweep({ enabled: true, env }).status).toBe("started");
    await until(state, () => [join(state, "notice")].filter((path) => existsSync(path)), 1);
    expectOneGone(t);
  });

  it.each(["systemd", "cron", "launchd"])(
    "in what a timer of %s runs, with the environment of a timer",
    async (kind) => {
      const t = twins("xdg");
      const env = { XDG_CONFIG_HOME: join(t.w.root, "xdg") };
      const printed = await run(["schedule", "print", "--json", "--kind", kind], { home: t.w, env });
      const [program = "", ...args] = (printed.json() as ScheduleDocument).timers[0]?.argv ?? [];
      const swept = spawnSync(program, args, { env: { HOME: t.w.root }, encoding: "utf8" });
      expect(swept.status, swept.stderr).toBe(0);
      expectOneGone(t);
    },
  );
});

it("may be missing below a link that leads somewhere", async () => {
  const t = twins();
  rmSync(dirname(t.file), { recursive: true });
  renameSync(join(t.w.root, ".config"), join(t.w.root, "dotfiles"));
  symlinkSync("dotfiles", join(t.w.root, ".config"));
  expect((await run(["status"], { home: t.w })).code).toBe(0);
});

it("may be a link", async () => {
  const t = twins();
  renameSync(t.file, join(t.w.root, "dotfile.yaml"));
  symlinkSync(join(t.w.root, "dotfile.yaml"), t.file);
  expect((await run(["prune", "--yes"], { home: t.w })).code).toBe(0);
  expectOneGone(t);
});

it("config shows which file, block and key each value is from", async () => {
  const w = world();
  const file = join(w.root, ".config", "checkpoint-gc", "config.yaml");
  write(file, "trash_days: 3\nagents: {hermes: {stores: [hermes-store], retention_days: 5}}\n");
  w.settings({ retention_days: 9 }, "checkpoint_gc");
  const { bases } = (await run(["config", "--json"], { home: w })).json() as {
    bases: { settings: object; origins: object }[];
  };
  expect(bases[0]).toMatchObject({
    settings: { trash_days: 3, collect: ["hermes-store"], retention_days: 9, auto_prune: false },
    origins: {
      trash_days: { kind: "file", file, block: "top", key: "trash_days" },
      collect: { kind: "file", file, block: "agents.hermes", key: "agents.hermes.stores" },
      retention_days: {
        file: join(w.home, "config.yaml"),
        block: "checkpoint_gc",
        key: "checkpoint_gc.retention_days",
      },
      auto_prune: { kind: "default" },
    },
  });
  const { stdout } = await run(["config"], { home: w });
  expect(stdout).toMatch(/^trash_days +3 +~\/\.config\/checkpoint-gc\/config\.yaml$/m);
  expect(stdout).toMatch(/^collect +\["hermes-store"\] +~\/\.config\/checkpoint-gc\/config\.yaml, agents\.hermes:$/m);
});

describe("a start of the agent", () => {
  const started = (t: Twins): string => startupSweep({ env: cleanEnv({ home: t.w }), command: ["true"] }).status;
  const next = ({ w }: Twins): string => join(stateOf(w.base), "next");
  /** After a run of the command, which has seen the file. */
  const seen = async (t: Twins): Promise<void> => {
    await run(["auto"], { home: t.w });
    touchAfter(
      next(t),
      [t.file, dirname(t.file)].filter((path) => existsSync(path)),
    );
  };

  it("notices that our file appeared, changed, was replaced and is gone, and nothing else", async () => {
    const t = twins();
    t.w.settings({ auto_prune: false });
    rmSync(dirname(t.file), { recursive: true });
    await seen(t);
    expect(started(t)).toBe("not-due");

    write(t.file, "retention_days: 3\n");
    expect(started(t)).toBe("started");
    await seen(t);
    expect(started(t)).toBe("not-due");

    touchAfter(t.file, [next(t)]);
    expect(started(t)).toBe("started");
    await seen(t);

    rmSync(t.file);
    expect(started(t)).toBe("started");
    await seen(t);
    expect(started(t)).toBe("not-due");

    write(t.file, "retention_days: 3\n");
    await seen(t);
    rmSync(dirname(t.file), { recursive: true });
    expect(started(t)).toBe("started");
  });

  it("and so does the command that an agent calls", async () => {
    const t = twins();
    rmSync(t.file);
    await run(["auto"], { home: t.w });
    write(t.file, "auto_prune: true\n");
    expect((await run(["auto"], { home: t.w })).code).toBe(0);
    expect(existsSync(t.taken.path)).toBe(false);
  });
});

describe("the retention of one kind", () => {
  const unused = async (w: World, repo: ShadowRepo): Promise<string> => {
    const report = (await run(["prune", "--dry-run", "--json"], { home: w })).report();
    return entryOf(report, repo.id).action;
  };
  const own = (w: World, text: string): void => write(join(w.root, ".config", "checkpoint-gc", "config.yaml"), text);

  it.each([
    ["longer than that of the base", "retention_days: 7\nkinds: {hermes-shadow: {retention_days: 30}}\n", 40, 20],
    ["shorter than that of the base", "retention_days: 30\nkinds: {hermes-shadow: {retention_days: 7}}\n", 20, 5],
    ["where the base has none", "retention_days: 0\nkinds: {hermes-shadow: {retention_days: 7}}\n", 20, 5],
    ["of another kind", "retention_days: 7\nkinds: {hermes-store: {retention_days: 30}}\n", 20, 5],
  ])("is the one that counts: %s", async (_name, text, old, young) => {
    const w = world();
    const [taken, kept] = [w.repo("taken", { ageDays: old }), w.repo("kept", { ageDays: young })];
    own(w, text);
    expect([await unused(w, taken), await unused(w, kept)]).toEqual(["remove", "keep"]);
    expect((await run(SWEEP, { home: w })).code).toBe(0);
    expect([existsSync(taken.path), existsSync(kept.path)]).toEqual([false, true]);
  });

  it("goes by the newest file, also where the base would wait for longer", async () => {
    const w = world();
    const [taken, kept] = [w.repo("taken", { ageDays: 20 }), w.repo("kept", { ageDays: 20 })];
    own(w, "retention_days: 30\nkinds: {hermes-shadow: {retention_days: 7}}\n");
    w.age(join(kept.path, "description"), 1);
    expect([await unused(w, taken), await unused(w, kept)]).toEqual(["remove", "keep"]);
  });

  it("none removes nothing for its age", async () => {
    const w = world();
    const kept = w.repo("kept", { ageDays: 20 });
    own(w, "kinds: {hermes-shadow: {retention_days: 0}}\n");
    expect(await unused(w, kept)).toBe("keep");
  });

  it("is shown by config, explain and in the JSON", async () => {
    const w = world();
    const repo = w.repo("taken", { ageDays: 20 });
    own(w, "kinds: {hermes-shadow: {retention_days: 12}}\n");
    const shown = await run(["config"], { home: w });
    expect(shown.stdout).toMatch(/^ {2}hermes-shadow +12 +~\/\.config\/.*, kinds\.hermes-shadow:$/m);
    expect((await run(["explain", repo.id], { home: w })).stdout).toContain("unused for over 12 days");
    const { bases } = (await run(["status", "--json"], { home: w })).report();
    expect(bases[0]?.settings).toMatchObject({ retention_days: 7, kinds: { "hermes-shadow": { retention_days: 12 } } });
    const { stdout } = await run(["config", "--json"], { home: w });
    expect(schemaOf("config").safeParse(JSON.parse(stdout)).error).toBeUndefined();
    const status = JSON.parse((await run(["status", "--json"], { home: w })).stdout) as unknown;
    expect(schemaOf("status").safeParse(status).error).toBeUndefined();
  });
});

it("entries of a kind that our file does not name stay", async () => {
  const t = twins();
  write(t.file, "collect: []\n");
  const report = (await run(["prune", "--dry-run", "--json"], { home: t.w })).report();
  expect(entryOf(report, t.taken.id).action).toBe("keep");
});
