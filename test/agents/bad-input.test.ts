// What must not cost a session, with the built command, for each agent that keeps session files: files and folders that are not
// what they should be. Each has a clear row or error, nothing of it is lost, and what is sound beside it goes as ever.

import {
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { needSqlite } from "../fs/sqlite/support.ts";
import type { Report } from "../support/report.ts";
import { run, type RunResult } from "../support/run.ts";
import { SESSION_AGENTS, type SessionAgent, sessionScene, type SessionScene } from "../support/session-agents.ts";
import { type World, world } from "../support/world.ts";

interface Scene extends SessionScene {
  readonly w: World;
  readonly prune: (...args: readonly string[]) => Promise<RunResult>;
}

function sceneOf(agent: SessionAgent, node: readonly string[] = []): Scene {
  const w = world();
  const scene = sessionScene(w, agent);
  const cwd = dirname(dirname(scene.base));
  return {
    ...scene,
    w,
    prune: (...args) =>
      run(["prune", "--agent", agent.agent, "--set", `collect=${agent.kind}`, ...args], { home: w, cwd, node }),
  };
}

/** Action, verdict and reason, by the name of the file. */
function rowsOf(report: Report): ReadonlyMap<string, string> {
  return new Map(
    report.entries.map(({ path, action, verdict, reason }) => [basename(path), `${action}, ${verdict} ${reason}`]),
  );
}

/** What a folder has, without reading a gigabyte. */
function stamps(base: string): ReadonlyMap<string, string> {
  return new Map(
    readdirSync(base).map((name) => {
      const { ino, size, mtimeMs } = lstatSync(join(base, name));
      return [name, `${ino} ${size} ${mtimeMs}`];
    }),
  );
}

/** Shifts the clock of the command by so many years. */
function clock(years: number): readonly string[] {
  const shift = `const now = Date.now; Date.now = () => now() + ${years * 365.25 * 86_400_000};`;
  return ["--import", `data:text/javascript,${encodeURIComponent(shift)}`];
}

const NESTED = "[".repeat(10_000) + "]".repeat(10_000);

type Spoil = (here: Scene, name: string, agent: SessionAgent) => void;

/** A file of 400 days. */
function says(text: (own: string, agent: SessionAgent, id: string) => string | Buffer): Spoil {
  return ({ write }, name, agent) => {
    const id = agent.idOf(name);
    write(name, text(agent.text(id, 400), agent, id), 400);
  };
}

/** What is wrong with a file, and its row; null: it has none, and is not an entry. */
const SPOILT: Readonly<Record<string, readonly [Spoil, string | null]>> = {
  "a directory": [({ base }, name) => mkdirSync(join(base, name)), null],
  "a link to another one": [({ base, young }, name) => symlinkSync(young, join(base, name)), null],
  "a second name": [({ base, write }, name) => linkSync(write("notes.txt", "{}", 400), join(base, name)), null],
  "empty": [({ write }, name) => void write(name, "", 0), "keep, debris empty"],
  "1 GB": [
    ({ write }, name) => {
      const path = write(name, "{", 400);
      truncateSync(path, 2 ** 30);
      utimesSync(path, 1_600_000_000, 1_600_000_000);
    },
    "keep, unidentified too-large",
  ],
  "nested 10,000 deep": [says(() => NESTED), "keep, unidentified not-json"],
  "cut off": [says((own) => own.trimEnd().slice(0, -1)), "keep, unidentified not-json"],
  "a key twice": [says((own) => own.replace("{", '{"session_id":"x","id":"x",')), "keep, unidentified repeated-key"],
  "a byte order mark": [says((own) => `\ufeff${own}`), "keep, unidentified not-json"],
  "bytes that are not UTF-8": [
    says((own) => Buffer.from(own.replace("{", '{"x":"\xff",'), "latin1")),
    "keep, unidentified not-json",
  ],
  "an id with ../": [says((_own, agent, id) => agent.text(`../${id}`, 400)), "keep, unidentified other-name"],
  "an id with a NUL": [says((_own, agent, id) => agent.text(`${id}\0`, 400)), "keep, unidentified other-name"],
  "an id of 300 characters": [says((_own, agent) => agent.text("i".repeat(300), 400)), "keep, unidentified other-name"],
  "a time of ten years ahead": [says((_own, agent, id) => agent.text(id, -3650)), "keep, unidentified no-usable-time"],
  "a time of ten years ago": [says((_own, agent, id) => agent.text(id, 3650)), "keep, unidentified no-usable-time"],
};

beforeEach(needSqlite);

describe.each(SESSION_AGENTS.map((agent) => [agent.agent, agent] as const))("of %s", (_, agent) => {
  it("keeps each session file that is not what it should be, with its reason, and takes a sound one", async () => {
    const here = sceneOf(agent);
    const names = Object.entries(SPOILT).map(([how, [spoil, row]], nth) => {
      const name = agent.name(nth + 10);
      spoil(here, name, agent);
      return { how, name, row };
    });
    const before = stamps(here.base);
    const shown = await here.prune("--dry-run", "--json");
    expect([shown.code, shown.stderr]).toEqual([0, ""]);
    const rows = rowsOf(shown.report());
    const found = names.map(({ how, name }) => [how, rows.get(name) ?? null]);
    expect(Object.fromEntries(found)).toEqual(Object.fromEntries(names.map(({ how, row }) => [how, row])));
    expect(rows.get(here.old)).toBe("remove, stale unused");
    expect((await here.prune("--yes")).code).toBe(0);
    const after = stamps(here.base);
    expect([...before].filter(([name, stamp]) => after.get(name) !== stamp).map(([name]) => name)).toEqual([here.old]);
  });

  it.each<[string, (here: Scene) => string | null]>([
    [
      "leads to one of its name elsewhere",
      ({ w, base }) => {
        mkdirSync(join(w.root, "disk"));
        renameSync(base, join(w.root, "disk/sessions"));
        symlinkSync(join(w.root, "disk/sessions"), base);
        // Its database does not lie beside it there, and no session is known without it.
        return agent.agent === "hermes" ? "state.db cannot be read (ENOENT)" : null;
      },
    ],
    [
      "leads to one of another name",
      ({ w, base }) => {
        renameSync(base, join(w.root, "unplugged"));
        symlinkSync(join(w.root, "unplugged"), base);
        return agent.agent === "hermes" ? "whose name is that of something else" : null;
      },
    ],
    [
      "leads to what is not there",
      ({ w, base }) => {
        renameSync(base, join(w.root, "unplugged"));
        symlinkSync(join(w.root, "disk/sessions"), base);
        return "is a symlink to something that does not exist";
      },
    ],
  ])("a folder that %s is one with a clear row or error, and nothing in it is lost", async (_how, spoil) => {
    const here = sceneOf(agent);
    const says = spoil(here);
    const shown = await here.prune("--dry-run");
    if (says === null) expect(shown.stdout).toContain(here.old.replace(".jsonl", ""));
    else expect(shown.stdout + shown.stderr).toContain(says);
    await here.prune("--yes");
    const folders = ["disk/sessions", "unplugged"]
      .map((name) => join(here.w.root, name))
      .filter((one) => existsSync(one));
    const left = folders.flatMap((folder) => readdirSync(folder)).filter((name) => name !== "sessions.json");
    expect(left.toSorted()).toEqual(says === null ? [here.young] : [here.old, here.young]);
  });

  it("takes nothing of young sessions where the clock is ten years slow", async () => {
    const here = sceneOf(agent, clock(-10));
    const before = stamps(here.base);
    const shown = await here.prune("--dry-run", "--json");
    expect([shown.code, shown.report().totals.toRemove]).toEqual([0, 0]);
    await here.prune("--yes");
    expect(stamps(here.base)).toEqual(before);
  });

  it("loses nothing to sweeps whose clock is ten years fast: it waits in the trash until the clock is right", async () => {
    const here = sceneOf(agent);
    const sweep = ["auto", "--now", "--opt-in", "--agent", agent.agent, "--set", `collect=${agent.kind}`];
    const at = { home: here.w, cwd: dirname(dirname(here.base)) };
    expect((await run(sweep, at)).code).toBe(0);
    const before = stamps(here.base);
    expect([before.has(here.old), before.has(here.young)]).toEqual([false, true]);
    // The second one is a year later, long after its time in the trash.
    for (const years of [10, 11]) expect((await run(sweep, { ...at, node: clock(years) })).code).toBe(0);
    const fast = { ...at, node: clock(11), columns: 400 };
    const { stdout } = await run(["status", "--agent", agent.agent], fast);
    expect(stdout).toContain("automatic runs delete nothing until");
    const id = agent.agent === "hermes" ? agent.idOf(here.young) : here.young.replace(/\.jsonl$/, "");
    await run(["trash", "restore", id, "--agent", agent.agent], at);
    expect(stamps(here.base)).toEqual(before);
  });
});

describe.each(SESSION_AGENTS.filter(({ index }) => index).map((agent) => [agent.agent, agent] as const))(
  "the index of %s",
  (_, agent) => {
    it.each<[string, (path: string) => void]>([
      ["is a directory", (path) => mkdirSync(path)],
      ["is empty", (path) => writeFileSync(path, "")],
      ["is a link to nothing", (path) => symlinkSync("none.json", path)],
      [
        "has 1 GB",
        (path) => {
          writeFileSync(path, "{}");
          truncateSync(path, 2 ** 30);
        },
      ],
      ["is nested 10,000 deep", (path) => writeFileSync(path, NESTED)],
      ["begins with a byte order mark", (path) => writeFileSync(path, "\ufeff{}")],
    ])("keeps all sessions where it %s, and says that it cannot be read", async (_how, spoil) => {
      const here = sceneOf(agent);
      const path = join(here.base, "sessions.json");
      rmSync(path);
      spoil(path);
      const before = stamps(here.base);
      const shown = await here.prune("--dry-run", "--json");
      expect(shown.code).toBe(0);
      const old = shown.report().entries.find((row) => basename(row.path) === here.old);
      expect([old?.action, old?.holds, old?.detail]).toEqual(["keep", ["witness"], expect.stringContaining(path)]);
      expect((await here.prune("--yes")).code).toBe(0);
      expect(stamps(here.base)).toEqual(before);
    });

    it("keeps a session that it names under a key that is there twice", async () => {
      const here = sceneOf(agent);
      const [old, young] = [here.old, here.young].map((name) => {
        const id = agent.idOf(name);
        return JSON.stringify({ session_id: id, sessionId: id, updatedAt: Date.now() });
      });
      writeFileSync(join(here.base, "sessions.json"), `{"agent:main:x": ${old}, "agent:main:x": ${young}}`);
      const before = stamps(here.base);
      expect((await here.prune("--yes")).code).toBe(0);
      expect(stamps(here.base)).toEqual(before);
    });

    it.each([
      ["a path above", "../x"],
      ["a NUL", "a\0b"],
      ["300 characters", "i".repeat(300)],
    ])("costs no session where it names an id with %s", async (_how, id) => {
      const here = sceneOf(agent);
      const entry = { session_id: id, sessionId: id, updatedAt: Date.now() };
      writeFileSync(join(here.base, "sessions.json"), JSON.stringify({ "agent:main:x": entry }));
      const before = [...stamps(here.base).keys()];
      const { code, stderr } = await here.prune("--yes");
      expect([code, stderr]).toEqual([0, ""]);
      const gone = before.filter((name) => !stamps(here.base).has(name));
      expect([[], [here.old]]).toContainEqual(gone);
    });
  },
);
