/**
 * Tests run the built command: builds dist/ first if any source is newer than it. With SKIP_BUILD=1 it is left as it
 * is, for tests that only import src/ while something else there does not build.
 */
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "./build.mjs";
import { makeMemory, removeMemory } from "./vitest.memory.mjs";
import { entries } from "./build/bundle.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const sources = [
  "src",
  "scripts/build",
  "scripts/build.mjs",
  "scripts/tsconfig.declarations.json",
  "package.json",
  "package-lock.json",
  "tsconfig.json",
];

export async function setup() {
  makeMemory();
  if (process.env.SKIP_BUILD === "1") return;
  const built = await Promise.all(entries.map(({ output }) => modified(join(root, "dist", output))));
  const newest = Math.max(...(await Promise.all(sources.map((name) => newestBelow(join(root, name))))));
  if (newest < Math.min(...built)) return;
  await build().catch((cause) => {
    throw new Error("dist/ cannot be built (SKIP_BUILD=1 runs the tests without)", { cause });
  });
}

export function teardown() {
  removeMemory();
}

/** Directories count too: a file that was removed or renamed leaves no other trace. */
async function newestBelow(path) {
  const below = await readdir(path, { recursive: true }).catch((error) => {
    if (error.code === "ENOTDIR") return [];
    throw error;
  });
  return Math.max(await modified(path), ...(await Promise.all(below.map((name) => modified(join(path, name))))));
}

/** Milliseconds since the epoch; before all time for what is not there, as an entry that was never built. */
async function modified(path) {
  return stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => -Infinity,
  );
}
