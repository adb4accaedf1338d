// Programs that `status` only shows: what they have, its age, and that nothing of it is ever taken.

import { mkdirSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";
import { DAY_MS } from "../support/paths.ts";
import { run } from "../support/run.ts";
import { diff, fingerprint } from "../support/tree.ts";
import { type World, world } from "../support/world.ts";

/** A file of so many bytes that was last written so many days ago. */
function put(w: World, name: string, bytes: number, days: number): void {
  const path = join(w.root, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, "x".repeat(bytes));
  const at = (Date.now() - days * DAY_MS) / 1000;
  utimesSync(path, at, at);
}

interface Other {
  readonly program: string;
  readonly path: string;
  readonly bytes: number;
  readonly files: number;
  readonly oldest: string | null;
  readonly newest: string | null;
  readonly cleaning: string | null;
}

async function othersOf(
  w: World,
  env: Readonly<Record<string, string>> = {},
  ...args: string[]
): Promise<readonly Other[]> {
  const { stdout, stderr } = await run(["status", "--json", ...args], { home: w, env });
  expect(stderr).toBe("");
  // eslint-disable-next-line typescript/no-unsafe-assignment -- what the command prints
  const { others }: { readonly others: readonly Other[] } = JSON.parse(stdout);
  return others;
}

it("are listed with size, files and age, the largest first", async () => {
  const w = world();
  put(w, ".claude/file-history/one/a@v1", 5000, 20);
  put(w, ".claude/file-history/two/b@v1", 300, 2);
  put(w, ".codex/sessions/2026/11/rollout.jsonl", 90_000, 3);
  put(w, ".local/share/goose/sessions/sessions.db", 10, 1);
  // Nothing is in it.
  mkdirSync(join(w.root, ".qwen/history"), { recursive: true });
  const others = await othersOf(w);
  expect(others.map(({ program, files, cleaning }) => [program, files, cleaning])).toEqual([
    ["Codex", 1, null],
    ["Claude Code", 2, "by itself"],
    ["goose", 1, "goose session remove"],
  ]);
  const [, claude] = others;
  const days = (time: string | null): number => Math.round((Date.now() - Date.parse(time ?? "")) / DAY_MS);
  expect([days(claude?.oldest ?? null), days(claude?.newest ?? null)]).toEqual([20, 2]);
  expect(claude?.bytes).toBeGreaterThanOrEqual(5300);
});

it("are shown in a table", async () => {
  const w = world();
  put(w, ".claude/file-history/one/a@v1", 5000, 20);
  const { stdout } = await run(["status"], { home: w, columns: 120 });
  expect(stdout).toMatch(/^Other programs, only shown$/m);
  expect(stdout).toMatch(/^Claude Code +[\d.]+ kB +1 +20 days ago +20 days ago +itself +.*\.claude\/file-history$/m);
});

it("are looked for where their variables say, and where a link leads", async () => {
  const w = world();
  put(w, "elsewhere/file-history/one/a@v1", 5000, 20);
  put(w, "disk/rollout.jsonl", 10, 1);
  mkdirSync(join(w.root, ".codex"), { recursive: true });
  symlinkSync(join(w.root, "disk"), join(w.root, ".codex/sessions"));
  const others = await othersOf(w, { CLAUDE_CONFIG_DIR: join(w.root, "elsewhere") });
  expect(others.map(({ path }) => path)).toEqual([
    join(w.root, "elsewhere/file-history"),
    join(w.root, ".codex/sessions"),
  ]);
});

it("are left out where an agent, a home or a base is named", async () => {
  const w = world();
  put(w, ".claude/file-history/one/a@v1", 5000, 20);
  for (const args of [
    ["--agent", "hermes"],
    ["--home", w.home],
    ["--base", w.base],
  ])
    expect(await othersOf(w, {}, ...args)).toEqual([]);
});

it("are never removed, and not looked at, by any run that removes", async () => {
  const w = world();
  put(w, ".claude/file-history/one/a@v1", 5000, 400);
  put(w, ".local/share/opencode/opencode.db", 10, 400);
  w.repo("gone", { workdir: "delete", ageDays: 20 });
  const before = fingerprint(join(w.root, ".claude"));
  for (const args of [
    ["prune", "--yes"],
    ["auto", "--now", "--opt-in"],
  ]) {
    const { code, stdout } = await run(args, { home: w });
    expect([code, stdout.includes("Claude")]).toEqual([0, false]);
  }
  expect(diff(before, fingerprint(join(w.root, ".claude")))).toEqual([]);
});
