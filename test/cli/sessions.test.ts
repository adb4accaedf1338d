// `checkpoints sessions`: the usual commands, narrowed to session files, with the built command.

import { existsSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { schemaOf } from "../../src/report/schema.ts";
import type { DocumentOf } from "../../src/report/schema.ts";
import { miniclawBase, writeSession } from "../support/miniclaw.ts";
import { run } from "../support/run.ts";
import { type World, world } from "../support/world.ts";

interface Place {
  readonly w: World;
  readonly base: string;
}

/** A home with a stale repo, and chats: two old, one recent, one empty, one cut off. */
function place(): Place {
  const w = world();
  w.repo("old", { ageDays: 60 });
  const base = miniclawBase(w.root);
  const now = Date.now();
  for (const [id, days] of [
    ["web_old", 90],
    ["web_older", 400],
    ["web_new", 1],
  ] as const)
    writeSession(base, id, days, now);
  for (const [name, text] of [
    ["web_empty.json", ""],
    ["web_cut.json", '{"session_id"'],
  ] as const) {
    writeFileSync(join(base, name), text);
    utimesSync(join(base, name), now / 1000 - 90 * 86_400, now / 1000 - 90 * 86_400);
  }
  return { w, base };
}

async function statsOf({ w }: Place, words: readonly string[] = []): Promise<DocumentOf<"sessions stats">> {
  const result = await run(["sessions", ...words, "--json"], { home: w });
  expect(result.code).toBe(0);
  const document = schemaOf("sessions stats").parse(result.json());
  return document as DocumentOf<"sessions stats">;
}

describe("sessions stats", () => {
  it("counts them by state, with what prune would remove", async () => {
    const here = place();
    const { bases } = await statsOf(here);
    expect(bases.map(({ agent, path }) => [agent, path])).toEqual([["miniclaw", here.base]]);
    expect(bases[0]?.groups.map(({ kind, state, count, toRemove }) => [kind, state, count, toRemove])).toEqual([
      ["miniclaw-sessions", "recent", 1, 0],
      ["miniclaw-sessions", "expired", 2, 2],
      ["miniclaw-sessions", "empty", 1, 1],
      ["miniclaw-sessions", "unidentified", 1, 0],
    ]);
    const [, expired] = bases[0]?.groups ?? [];
    expect(Date.parse(expired?.newest ?? "") - Date.parse(expired?.oldest ?? "")).toBeCloseTo(310 * 86_400_000, -4);
  });

  it("says the same as text, in a table or in lines where it is narrow, and changes nothing", async () => {
    const here = place();
    const before = readdirSync(here.base);
    const wide = await run(["sessions"], { home: here.w });
    expect(wide.stdout).toMatch(/^KIND +STATE +COUNT +SIZE +OLDEST +NEWEST +PRUNE$/m);
    expect(wide.stdout).toMatch(/^miniclaw-sessions +expired +2 .* 400 days ago +90 days ago +2$/m);
    expect(wide.stdout).toMatch(/^5 entries, [\d.]+ kB; checkpoints sessions prune would remove 3, [\d.]+ kB$/m);
    expect((await run(["sessions", "stats"], { home: here.w })).stdout).toBe(wide.stdout);
    expect(readdirSync(here.base)).toEqual(before);
  });

  it("finds none where there are none, and refuses a place that is not one of sessions", async () => {
    const w = world();
    w.repo("alive");
    const none = await run(["sessions"], { home: w });
    expect([none.code, none.stdout]).toEqual([0, "No session files found.\n"]);
    for (const words of [
      ["--base", w.base],
      ["--home", w.home],
    ]) {
      const refused = await run(["sessions", ...words], { home: w });
      expect([refused.code, refused.stdout]).toEqual([2, ""]);
      expect(refused.stderr).toContain(
        `${words[1]} has no session files: expected a home or a directory with sessions`,
      );
    }
  });
});

describe("sessions prune", () => {
  it("removes what expired, also without collect, and no repo", async () => {
    const { w, base } = place();
    const preview = await run(["sessions", "prune", "-n"], { home: w });
    expect(preview.stdout).toMatch(/^To run it: checkpoints sessions prune$/m);
    expect(preview.stdout.split("Kept to be safe")[0]).not.toMatch(/SNAPSHOTS|DIRECTORY|included by you/);
    const removed = await run(["sessions", "prune", "--yes", "--files-only"], { home: w });
    expect([removed.code, removed.stderr]).toEqual([0, ""]);
    expect(readdirSync(base).toSorted()).toEqual(["web_cut.json", "web_new.json"]);
    expect(readdirSync(w.base)).toHaveLength(1);
  });

  it("takes words, a retention and the trash, and gives everything back", async () => {
    const { w, base } = place();
    const words = ["sessions", "prune", "--yes", "--trash", "web_older.json", "--retention-days", "100"];
    expect((await run(words, { home: w })).code).toBe(0);
    expect(existsSync(join(base, "web_older.json"))).toBe(false);
    expect(existsSync(join(base, "web_old.json"))).toBe(true);
    expect((await run(["trash", "restore", "web_older.json"], { home: w })).code).toBe(0);
    expect(existsSync(join(base, "web_older.json"))).toBe(true);
  });

  it("names the agent's own command for rows of a database where it is asked for, and runs no such command", async () => {
    const { w } = place();
    mkdirSync(join(w.home, "sessions"));
    const words = ["sessions", "prune", "-n", "--agent", "hermes"];
    const asked = await run([...words, "--include-files", "--retention-days", "100.5"], { home: w });
    expect(asked.stdout).toContain(`HERMES_HOME=${w.home} hermes sessions prune --older-than 101\n`);
    expect((await run(words, { home: w })).stdout).not.toContain("hermes sessions prune");
    const never = await run([...words, "--include-files", "--retention-days", "0"], { home: w });
    expect(never.stdout).not.toContain("hermes sessions prune");
    const both = await run([...words, "--include-files", "--files-only"], { home: w });
    expect([both.code, both.stdout]).toEqual([2, ""]);
  });

  it("does not take a kind that only collect can name", async () => {
    const { w, base } = place();
    const sessions = join(w.home, "sessions");
    mkdirSync(sessions);
    writeFileSync(join(sessions, "session_20250101_000000_abcdef.json"), '{"session_id": "20250101_000000_abcdef"}');
    const old = Date.now() / 1000 - 200 * 86_400;
    utimesSync(join(sessions, "session_20250101_000000_abcdef.json"), old, old);
    expect((await run(["sessions", "prune", "--yes"], { home: w })).code).toBe(0);
    expect(readdirSync(sessions)).toHaveLength(1);
    expect(readdirSync(base)).toHaveLength(2);
  });
});
