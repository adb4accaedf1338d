// What goes wrong during a run: it dies between two calls, or another process acts at one of its failpoints.

import type { Trouble } from "./arbitrary.ts";
import type { Scene } from "./scene.ts";
import type { Repo } from "./things.ts";

/** No errno: nothing in the tool may take it for an answer of the disk. */
class Killed extends Error {}

export interface Struck<T> {
  /** Null where the run died. */
  readonly value: T | null;
  /** Whether the trouble came at all. */
  readonly hit: boolean;
  /** Whose turn it was. */
  readonly watched: Repo | null;
}

/** Acts with a trouble; the caller calls `stopIntercepting`. */
export async function strike<T>(scene: Scene, trouble: Trouble, act: () => Promise<T>): Promise<Struck<T>> {
  switch (trouble.is) {
    case "none":
      return { value: await act(), hit: false, watched: null };
    case "kill":
      return killedAt(trouble.at, act);
    case "race":
      return racing(scene, trouble, act);
  }
}

/** From the n-th call on nothing reaches the disk any more; what a process has open is closed when it dies. */
async function killedAt<T>(at: number, act: () => Promise<T>): Promise<Struck<T>> {
  const process = { calls: 0, dead: false };
  globalThis.__checkpointGcTap = (operation) => {
    process.dead ||= process.calls++ >= at;
    if (process.dead && operation !== "close") throw new Killed(`killed at ${operation}`);
  };
  try {
    const value = await act();
    return { value: process.dead ? null : value, hit: process.dead, watched: null };
  } catch (error) {
    if (!process.dead) throw error;
    return { value: null, hit: true, watched: null };
  }
}

async function racing<T>(
  scene: Scene,
  { point, event }: Extract<Trouble, { is: "race" }>,
  act: () => Promise<T>,
): Promise<Struck<T>> {
  let hit = false;
  let watched: Repo | null = null;
  globalThis.__checkpointGcTap = (operation, path) => {
    if (hit || operation !== `point:${point}`) return;
    hit = true;
    watched = scene.repos.find((repo) => repo.path === path) ?? null;
    if (event !== null) scene.happen(event);
    else if (watched !== null) scene.use(watched.subject);
  };
  return { value: await act(), hit, watched };
}
