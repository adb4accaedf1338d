// A place of one agent that cannot be read is a line of its own, in every command, and all others are shown and swept as
// ever. The built command runs as another uid, since root would see everything.

import { chmodSync, existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, type TestContext } from "vitest";
import { schemaOf } from "../../src/report/schema.ts";
import { give, isRoot, letPass, loudly, OTHER_UID } from "../fs/support.ts";
import { miniclawBase } from "../support/miniclaw.ts";
import { COMMAND, run, type RunResult } from "../support/run.ts";
import { type ShadowRepo, type World, world } from "../support/world.ts";

interface Scene {
  readonly w: World;
  readonly gone: ShadowRepo;
}

/** A repo whose directory was deleted, and session files of each agent. */
function sceneOf(): Scene {
  const w = world();
  letPass(w.root);
  const gone = w.repo("gone", { workdir: "delete", ageDays: 30 });
  for (const folder of ["sessions", "profiles/work/checkpoints"]) mkdirSync(join(w.home, folder), { recursive: true });
  miniclawBase(w.root);
  for (const agent of ["main", "two"])
    mkdirSync(join(w.root, ".openclaw/agents", agent, "sessions"), { recursive: true });
  give(w.root);
  return { w, gone };
}

async function asUser({ w }: Scene, test: TestContext, ...args: readonly string[]): Promise<RunResult> {
  const uid = isRoot() ? { uid: OTHER_UID } : {};
  const reachable = await run(["--version"], { home: w, ...uid }).catch(() => ({ code: 1 }));
  if (reachable.code !== 0) loudly(test, `${COMMAND} cannot be run by another user here`);
  return run(args, { home: w, ...uid, columns: 400 });
}

/** What cannot be read, and the beginning of the line about it. */
const PLACES: readonly (readonly [place: string, line: string])[] = [
  [".miniclaw/workspace", "cannot look at ROOT/.miniclaw/workspace/sessions: EACCES"],
  [".miniclaw/workspace/sessions", "cannot look into ROOT/.miniclaw/workspace/sessions: EACCES"],
  [".openclaw/agents", "cannot list ROOT/.openclaw/agents: EACCES"],
  [".openclaw/agents/two", "cannot look at ROOT/.openclaw/agents/two/sessions: EACCES"],
  [".openclaw/agents/two/sessions", "cannot look into ROOT/.openclaw/agents/two/sessions: EACCES"],
  [".hermes/sessions", "cannot look into ROOT/.hermes/sessions: EACCES"],
];

const SHOWS: readonly (readonly string[])[] = [["status"], ["history"], ["prune", "--dry-run"], ["sessions", "stats"]];

/** What shows that the other places were read: the history has nothing to name them by. */
const RESTS: Readonly<Record<string, string>> = { sessions: ".openclaw", history: " places." };

describe.each(PLACES)("where %s cannot be read", (place, line) => {
  async function denied(test: TestContext): Promise<Scene & { readonly line: string }> {
    const scene = sceneOf();
    await asUser(scene, test, "--version");
    chmodSync(join(scene.w.root, place), 0o000);
    return { ...scene, line: line.replace("ROOT", scene.w.root) };
  }

  it("every list has a line about it and shows the rest", async (test) => {
    const scene = await denied(test);
    for (const args of SHOWS) {
      const { code, stdout } = await asUser(scene, test, ...args);
      expect(stdout).toContain(`Skipped: ${scene.line}`);
      expect(stdout.split("Skipped:")).toHaveLength(2);
      expect(stdout).toContain(RESTS[args[0] ?? ""] ?? "~/.hermes/checkpoints");
      expect(stdout).not.toMatch(/Skipped:[^\n]*\nEmpty\./);
      expect(code).toBe(2);
    }
    const status = await asUser(scene, test, "status");
    expect(status.stdout).toContain("~/work/gone");
  });

  it("the history for programs has its error, and the sweeps of the others", async (test) => {
    const scene = await denied(test);
    const document = schemaOf("history").parse((await asUser(scene, test, "history", "--json")).json());
    expect(document).toMatchObject({ status: "error" });
    const bases = (
      document as { bases: readonly { path: string; status: string; error: { message: string } | null }[] }
    ).bases;
    expect(bases.filter(({ error }) => error !== null).map(({ error }) => error?.message)).toEqual([
      expect.stringContaining(scene.line),
    ]);
    expect(bases).toContainEqual(expect.objectContaining({ path: scene.w.base, status: "done", error: null }));
  });

  it("what is not found in the rest is said with it", async (test) => {
    const scene = await denied(test);
    for (const args of [
      ["explain", "0123456789abcdef"],
      ["trash", "restore", "0123456789abcdef"],
      ["trash", "restore", "--last"],
    ]) {
      const { code, stderr } = await asUser(scene, test, ...args);
      expect(stderr).toContain(`Not searched: ${scene.line}`);
      expect(code).toBe(2);
    }
    expect((await asUser(scene, test, "explain", scene.gone.id)).stdout).toContain("~/work/gone");
  });

  it("a sweep takes what is to go elsewhere, and it can be restored", async (test) => {
    const scene = await denied(test);
    const { w, gone } = scene;
    const swept = await asUser(scene, test, "auto", "--now", "--opt-in");
    expect([swept.code, existsSync(gone.path)]).toEqual([0, false]);
    const restored = await asUser(scene, test, "trash", "restore", "--last");
    expect(existsSync(gone.path)).toBe(true);
    expect(restored.stderr).toContain(`skipped: ${scene.line}`);
    expect(existsSync(join(w.root, ".openclaw/.agents.gc"))).toBe(false);
  });
});

describe("where the profiles of Hermes cannot be listed", () => {
  it("none of its repos is taken, since theirs may borrow from them, and other agents are shown", async (test) => {
    const scene = sceneOf();
    const { w, gone } = scene;
    await asUser(scene, test, "--version");
    chmodSync(join(w.home, "profiles"), 0o000);
    const status = await asUser(scene, test, "status");
    expect(status.stdout).toContain(`Skipped: cannot list ${w.home}/profiles: EACCES`);
    expect(status.stdout).toContain("~/.miniclaw/workspace/sessions");
    expect((await asUser(scene, test, "auto", "--now", "--opt-in")).code).toBe(2);
    expect(existsSync(gone.path)).toBe(true);
    expect(existsSync(join(w.home, ".profiles.gc"))).toBe(false);
  });
});

describe("a place that was asked for alone", () => {
  it.for([
    ["--agent", "miniclaw"],
    ["--agent", "miniclaw", "--base", ".miniclaw/workspace/sessions"],
  ])("ends the run with an error where it cannot be read: %s", async (args, test) => {
    const scene = sceneOf();
    await asUser(scene, test, "--version");
    chmodSync(join(scene.w.root, ".miniclaw/workspace"), 0o000);
    const typed = args.map((word) => (word.startsWith(".") ? join(scene.w.root, word) : word));
    const { code, stdout, stderr } = await asUser(scene, test, "status", ...typed);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toContain("cannot look at");
  });
});
