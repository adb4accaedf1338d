// What `status` says would turn automatic sweeps on for session files does so: its commands are run, and then
// a sweep takes the old session, leaves the young one, and still takes what it took before.

import { existsSync, mkdirSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { needSqlite, sqlite } from "../fs/sqlite/support.ts";
import { miniclawBase, writeSession } from "../support/miniclaw.ts";
import { run } from "../support/run.ts";
import { type World, world } from "../support/world.ts";

interface Scene {
  readonly old: string;
  readonly young: string;
}

function miniclaw(w: World): Scene {
  const base = miniclawBase(w.root);
  const [old = "", young = ""] = [90, 1].map((days) => writeSession(base, `web_${days}`, days, Date.now()));
  return { old, young };
}

function hermes(w: World): Scene {
  const base = join(w.home, "sessions");
  mkdirSync(base);
  const at = (days: number): number => Date.now() / 1000 - days * 86_400;
  const rows = [400, 300].map((days) => `('${days}', ${at(days + 1)}, ${days === 400 ? at(days) : "null"}, null)`);
  sqlite(
    join(w.home, "state.db"),
    `create table sessions (id text, started_at real, ended_at real, parent_session_id text);
    create table messages (session_id text, timestamp real);
    insert into sessions values ${rows.join(", ")};`,
  );
  const [old = "", young = ""] = [400, 300].map((days) => {
    const path = join(base, `session_${days}.json`);
    writeFileSync(path, JSON.stringify({ session_id: String(days) }));
    utimesSync(path, at(days), at(days));
    return path;
  });
  return { old, young };
}

const HINT = /To turn (?:them|it) on: (checkpoints config set .*)$/gm;

const hintsIn = (text: string): string[] => [...text.matchAll(HINT)].map(([, line = ""]) => line);

/** Runs the commands that are said, for the place that the words name. */
async function follow(text: string, w: World, about: string): Promise<void> {
  const line = hintsIn(text).find((each) => each.includes(about)) ?? "";
  for (const one of line.split(" && ")) {
    const words = one.split(" ").map((word) => word.replace(/^~/, w.root));
    expect((await run(words.slice(1), { home: w })).code, one).toBe(0);
  }
}

beforeEach(needSqlite);

describe.each([
  ["miniclaw", "miniclaw-sessions", miniclaw],
  ["hermes", "hermes-sessions", hermes],
])("what is said about sweeps of sessions of %s", (agent, kind, make) => {
  it("turns them on, and its preview shows what they take", async () => {
    const w = world();
    const gone = w.repo("gone", { workdir: "delete", ageDays: 30 });
    const { old, young } = make(w);
    const { stdout } = await run(["status"], { home: w, columns: 400 });
    const [, set = ""] =
      new RegExp(`Preview: checkpoints auto --dry-run --set (collect=\\S*${kind})`).exec(stdout) ?? [];
    const shown = await run(["auto", "--dry-run", "--set", set, "--json"], { home: w });
    const going = shown.report().entries.filter(({ action }) => action === "remove");
    expect(going.map(({ path }) => path)).toContain(old);
    await follow(stdout, w, kind);
    await run(["auto", "--now"], { home: w });
    expect([existsSync(old), existsSync(young)]).toEqual([false, true]);
    // Sweeps of repos were off, and are on with the same file of settings alone.
    expect(existsSync(gone.path)).toBe(agent !== "hermes");
    const after = (await run(["status", "--agent", agent], { home: w, columns: 400 })).stdout;
    expect(after).not.toContain("To turn them on");
    expect(after).toContain("Next one: ");
  });
});

describe("where several bases are turned on by the same", () => {
  const EDITORS = ["Code", "Cursor", "VSCodium"] as const;
  const STORAGE = "User/globalStorage/saoudrizwan.claude-dev/checkpoints";

  it("it is said once, and turns on all of them; what turns on another agent is said as well", async () => {
    const w = world();
    for (const editor of EDITORS) mkdirSync(join(w.root, ".config", editor, STORAGE), { recursive: true });
    miniclawBase(w.root);
    const status = async (): Promise<string> => (await run(["status"], { home: w, columns: 400 })).stdout;
    const before = await status();
    const hints = hintsIn(before);
    expect(hints.filter((hint) => hint.includes("--agent cline"))).toEqual([
      "checkpoints config set auto_prune true --agent cline && checkpoints config set collect cline-checkpoints --agent cline",
    ]);
    expect(hints.filter((hint) => hint.includes("--agent miniclaw"))).toHaveLength(1);
    expect(before.match(/Automatic sweeps are off/g)).toHaveLength(EDITORS.length + 2);
    await follow(before, w, "cline-checkpoints");
    const after = await status();
    expect(after.match(/Automatic sweeps are off/g)).toHaveLength(2);
    expect(after.match(/Next one: /g)).toHaveLength(EDITORS.length);
  });
});
