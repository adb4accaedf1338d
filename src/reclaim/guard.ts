/**
 * The lock of another program, held while something of its is moved: taken as that program takes it, for as long as
 * the moves last, and never waited for longer than a person would. Its file is neither written nor deleted.
 */
import { troubled } from "../errors.ts";
import { setTimeout as sleep } from "node:timers/promises";
import { bytePath, close, fstat, open, OPEN } from "../fs/door.ts";
import { type Flock, tryFlock } from "../fs/flock.ts";
import { point } from "../fs/tap.ts";

/** Does something under a lock. Throws `EBUSY` where somebody has it, `ENOLCK` where none can be had. */
export type Guarding = <T>(act: () => Promise<T>) => Promise<T>;

export const unguarded: Guarding = (act) => act();

/** How long all of a run may wait (ms): of a hundred entries each waiting for itself nobody sees the end. */
export interface Patience {
  left: number;
}

/** Somebody at work holds it for a second or less. */
const RETRY_MS = 100;

export function guardedBy(path: string, patience: Patience): Guarding {
  return async (act) => {
    const fd = await take(path, patience);
    point("guard-taken", path);
    try {
      return await act();
    } finally {
      close(fd);
      point("guard-released", path);
    }
  };
}

async function take(path: string, patience: Patience): Promise<number> {
  // Hermes makes it where it is not there, with this mode.
  const fd = open(bytePath(path), OPEN.createShared, 0o600);
  try {
    const taken = fstat(fd).kind === "file" ? await patiently(fd, patience) : "unavailable";
    if (taken === "held") return fd;
    throw taken === "busy"
      ? troubled("EBUSY", `EBUSY: the store is in use (${path} is locked): nothing was moved`)
      : troubled("ENOLCK", `ENOLCK: ${path} cannot be locked on this system: nothing was moved`);
  } catch (error) {
    close(fd);
    throw error;
  }
}

async function patiently(fd: number, patience: Patience): Promise<Flock> {
  for (;;) {
    const started = performance.now();
    const taken = await tryFlock(fd);
    if (taken !== "busy" || patience.left <= 0) return taken;
    await sleep(Math.min(RETRY_MS, patience.left));
    patience.left -= performance.now() - started;
  }
}
