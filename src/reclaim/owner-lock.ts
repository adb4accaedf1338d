/**
 * The lock of another program, held while something of its is moved: locked as that program locks it, for as long as
 * the moves last, and with a limited wait. Its file is neither written nor deleted.
 */
import { createErrnoError } from "../errors.ts";
import { setTimeout as sleep } from "node:timers/promises";
import { bytePath, close, fstat, open, OPEN } from "../fs/syscalls.ts";
import { type Flock, tryFlock } from "../fs/flock.ts";
import { failpoint } from "../fs/failpoints.ts";
import type { Entry } from "../model/entry.ts";
import type { OwnLock } from "../stores/kind.ts";

/** Runs something under a lock. Throws `EBUSY` where another process has it, `ENOLCK` where locks are not supported. */
export type WithOwnerLock = <T>(act: () => Promise<T>) => Promise<T>;

export const noLock: WithOwnerLock = (act) => act();

/** Its program may write the same document at this moment, and which lock keeps it from that is not known. */
export function unknownLock({ id, store }: Pick<Entry, "id" | "store">): WithOwnerLock {
  return async () => {
    throw createErrnoError(
      "ENOLCK",
      `ENOLCK: ${id} is of the kind ${store}, whose lock is not known here: name its agent (--agent)`,
    );
  };
}

/** How long all of a run may wait (ms): if each of a hundred entries waited separately, a run would take too long. */
export interface WaitBudget {
  left: number;
}

/** A working program holds it for a second or less. */
const RETRY_MS = 100;

export function ownerLock(path: string, budget: WaitBudget): WithOwnerLock {
  return async (act) => {
    const fd = await take(path, budget);
    failpoint("guard-taken", path);
    try {
      return await act();
    } finally {
      close(fd);
      failpoint("guard-released", path);
    }
  };
}

/** The same with a lock that its kind takes itself. */
export function ownLock({ path, take: taking }: OwnLock, budget: WaitBudget): WithOwnerLock {
  return async (act) => {
    const started = performance.now();
    const release = await taking(budget.left);
    budget.left = Math.max(0, budget.left - (performance.now() - started));
    failpoint("guard-taken", path);
    try {
      return await act();
    } finally {
      release();
      failpoint("guard-released", path);
    }
  };
}

async function take(path: string, budget: WaitBudget): Promise<number> {
  // As the agent creates it where it does not exist.
  const fd = open(bytePath(path), OPEN.createShared, 0o600);
  try {
    const taken = fstat(fd).kind === "file" ? await acquireWithin(fd, budget) : "unavailable";
    if (taken === "held") return fd;
    throw taken === "busy"
      ? createErrnoError("EBUSY", `EBUSY: the store is in use (${path} is locked): nothing was moved`)
      : createErrnoError("ENOLCK", `ENOLCK: ${path} cannot be locked on this system: nothing was moved`);
  } catch (error) {
    close(fd);
    throw error;
  }
}

async function acquireWithin(fd: number, budget: WaitBudget): Promise<Flock> {
  for (;;) {
    const started = performance.now();
    const taken = await tryFlock(fd);
    if (taken !== "busy" || budget.left <= 0) return taken;
    await sleep(Math.min(RETRY_MS, budget.left));
    budget.left -= performance.now() - started;
  }
}
