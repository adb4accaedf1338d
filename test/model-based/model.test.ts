// Random stores, random interleavings of everything that can happen to them, and after each step the two promises:
// nothing within its retention whose workdir is live or out of sight is destroyed, and whatever was moved can be put
// back until it is destroyed.
//
//   SEED=n      repeats the traces of a failure (its message names the seed)
//   STEPS=n     how many steps; LONG=1 a million

import { accessSync, constants, mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, expect, it, vi } from "vitest";
import { stopIntercepting } from "../support/intercept-calls.ts";
import { removeTree } from "../support/paths.ts";
import { type Step, steps, type Store, store, TRACE } from "./arbitrary.ts";
import { Runner } from "./runner.ts";

vi.mock("../../src/resolve/machine.ts", async () => {
  const { observeMachine, readMounts } = await import("./mounts.ts");
  return { observeMachine, readMounts };
});
vi.mock("../../src/fs/directory.ts", async (original) => {
  const { mountOf } = await import("./mounts.ts");
  return { ...(await original<object>()), mountOf };
});
// Every run would start a helper: the lock has tests of its own. Held, as no two runs are at work at once here: without it
// a run clears what another left only an hour later by the clock of the file system, which no step moves.
vi.mock("../../src/gate/lock.ts", () => ({
  acquireLock: () => Promise.resolve({ kind: "held", release: () => undefined }),
}));

const STEPS = Number(process.env["STEPS"] ?? (process.env["LONG"] === "1" ? 1_000_000 : 600));
const SEED = Number(process.env["SEED"] ?? 20261120);
/** How long a failure is made smaller. */
const SMALLER_MS = 20_000;
const root = roomOf();

afterAll(() => removeTree(root));

it(
  `keeps its promises through ${STEPS} random steps (SEED=${SEED})`,
  async () => {
    const failures: string[] = [];
    const trace = fc.asyncProperty(store, steps, async (first, all) => {
      const failed = await play(first, all);
      if (failed !== null) failures.push(await smaller(first, all, failed));
      return failed === null;
    });
    await fc.check(trace, { seed: SEED, numRuns: Math.ceil(STEPS / TRACE), endOnFailure: true });
    expect(failures.join(), `repeat with SEED=${SEED} STEPS=${STEPS}: ${failures.join()}`).toBe("");
  },
  STEPS > 10_000 ? 12 * 3_600_000 : 300_000,
);

interface Failure {
  /** How many steps it took. */
  readonly at: number;
  readonly message: string;
}

/** Null where all promises were kept. */
async function play(first: Store, all: readonly Step[]): Promise<Failure | null> {
  removeTree(join(root, "world"));
  let at = 0;
  try {
    const runner = new Runner(join(root, "world"), first);
    for (const step of all) {
      at += 1;
      await runner.take(step);
    }
    if (first.settles) await runner.rest();
    return null;
  } catch (error) {
    return { at, message: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  } finally {
    stopIntercepting();
  }
}

/** Leaves out steps as long as it still fails; given as text, since fast-check's own shrinking takes a thousand runs. */
async function smaller(first: Store, all: readonly Step[], met: Failure): Promise<string> {
  const until = performance.now() + SMALLER_MS;
  let [failure, left] = [met, all.slice(0, met.at)];
  for (let portion = left.length >> 1; portion > 0; portion = portion > 1 ? portion >> 1 : 0) {
    for (let from = left.length - portion; from >= 0 && performance.now() < until; from -= portion) {
      const fewer = left.toSpliced(from, portion);
      const again = await play(first, fewer);
      if (again === null) continue;
      failure = again;
      left = fewer.slice(0, again.at);
      from = Math.min(from, left.length);
    }
  }
  return [failure.message, JSON.stringify(first), ...left.map((step) => `  ${JSON.stringify(step)},`)].join("\n");
}

/**
 * A directory whose path is the same every time, since the names of repos are made of it, and a failure must repeat; in
 * memory, where syncing costs nothing.
 */
function roomOf(): string {
  const parent = writable("/dev/shm") ? "/dev/shm" : tmpdir();
  for (let slot = 0; ; slot++) {
    const path = join(parent, `cgc-model-${process.getuid?.() ?? 0}-${slot}`);
    try {
      mkdirSync(path);
      return path;
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
    }
  }
}

function writable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
