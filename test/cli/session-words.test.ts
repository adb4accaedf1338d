// What is printed about session files alone: they have no directory, no snapshots, and are no repos, and no command says so.

import { mkdirSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { miniclawBase, writeSession } from "../support/miniclaw.ts";
import { run } from "../support/run.ts";
import { type World, world } from "../support/world.ts";

const DAY = 86_400_000;

/** An old session, one that is half written, and two empty files: an old one, and one that may be being written. */
function place(): World {
  const w = world();
  const base = miniclawBase(w.root);
  const now = Date.now();
  writeSession(base, "web_old", 90, now);
  for (const [name, text, days] of [
    ["web_half.json", '{"session_id"', 90],
    ["web_empty.json", "", 90],
    ["web_begun.json", "", 0],
  ] as const) {
    const path = join(base, name);
    writeFileSync(path, text);
    utimesSync(path, (now - days * DAY) / 1000, (now - days * DAY) / 1000);
  }
  return w;
}

const AGENT = ["--agent", "miniclaw"];
const WORDS = /\b(?:repos?|director(?:y|ies)|snapshots?|pieces?)\b/i;

async function said(w: World, ...args: readonly string[]): Promise<string> {
  const { stdout, stderr } = await run(args, { home: w, columns: 200 });
  return stdout + stderr;
}

describe("of session files", () => {
  it.each([
    [["status", "--all"]],
    [["sessions", "stats"]],
    [["sessions", "prune", "-n"]],
    [["prune", "-n", "--include", "unidentified"]],
    [["prune", "--dry-run", "--trash"]],
    [["explain", "web_half.json"]],
    [["explain", "web_old.json"]],
    [["sessions", "prune", "-n", "web_none"]],
    [["history"]],
    [["auto", "--now", "--opt-in", "--set", "collect=miniclaw-sessions"]],
  ])("%s says nothing that is true of repos alone", async (args) => {
    const text = await said(place(), ...args, ...AGENT);
    expect(text).not.toMatch(WORDS);
    expect(text).toMatch(/web_|session/);
  });

  it("says what is kept, and what those are that cannot be read", async () => {
    const text = await said(place(), "sessions", "prune", "-n");
    expect(text).toMatch(/; kept 1 that cannot be read as a session, and 1 file without a session in it;/);
    const included = await said(place(), "prune", "-n", "--include", "unidentified", ...AGENT);
    expect(included).toMatch(/ 1 that cannot be read as a session/);
  });

  it("restores them by their names alone, and lists what is in the trash", async () => {
    const w = place();
    const texts = [await said(w, "sessions", "prune", "--yes", "--trash")];
    for (const args of [
      ["trash", "list"],
      ["trash", "restore", "web_old.json"],
      ["trash", "list"],
      ["trash", "empty", "--yes"],
    ])
      texts.push(await said(w, ...args, ...AGENT));
    for (const text of texts) expect(text).not.toMatch(WORDS);
    expect(texts[2]).toContain("Restored: web_old.json.\n");
  });

  it("tells what stands in the place of one in the trash", async () => {
    const w = place();
    await said(w, "sessions", "prune", "--yes", "--trash");
    writeSession(miniclawBase(w.root), "web_old", 0, Date.now());
    const list = await said(w, "trash", "restore", "web_old.json", ...AGENT);
    expect(list).toContain("something new is in its place");
    expect(list).not.toMatch(WORDS);
  });

  it("packs none, and counts none among the repos", async () => {
    const w = place();
    const text = await said(w, "compact", "-n");
    expect(text).toContain("0 repos, none to pack\n");
    expect(text).not.toContain("left alone");
    w.repo("here");
    expect(await said(w, "compact", "-n")).toMatch(/^1 repo, none to pack; left alone 1: /m);
    const named = (await run(["compact", "-n", "--json"], { home: w })).json();
    expect(named).toMatchObject({ totals: { scanned: 1 } });
  });

  it("says of a base that is none what one would be", async () => {
    const w = world();
    const file = join(w.root, "sessions");
    writeFileSync(file, "");
    mkdirSync(join(w.root, "empty"));
    const refused = await said(w, "status", "--base", file, ...AGENT);
    expect(refused).toContain(`${file} is not a directory of checkpoints or sessions: it is not a directory`);
    const missing = await said(w, "status", "--base", join(w.root, "none"), ...AGENT);
    expect(missing).toContain("does not exist: expected a directory of checkpoints or sessions");
  });
});
