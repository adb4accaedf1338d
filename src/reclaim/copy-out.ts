/**
 * Moves members out of the trash to another file system, where rename(2) is impossible: a copy under a temporary name
 * beside each target, which is read back and synced, then a rename, and only then the original is removed from the
 * trash. A run that dies in between leaves the item in the trash unchanged, and nothing incomplete under the final
 * names. What it left under a temporary name is removed when the same item is restored into the same directory again.
 */
import { createHash, randomBytes } from "node:crypto";
import { dirname } from "node:path";
import { expectErrno, createErrnoError, UNWRITABLE } from "../errors.ts";
import { runCooperatively } from "../fs/cooperative.ts";
import { copyTree } from "../fs/copy-tree.ts";
import { DESTROY } from "../fs/jobs.ts";
import { runAll } from "../fs/worker-pool.ts";
import { destroy } from "../fs/destroy.ts";
import { moveNew } from "../fs/move-new.ts";
import { bytePath } from "../fs/syscalls.ts";
import { failpoint } from "../fs/failpoints.ts";
import { namesOrNone } from "../fs/listing.ts";
import { syncDirectory } from "../fs/write-atomic.ts";
import type { TrashItem } from "../model/trash.ts";
import { type RestoreMove, type RestoreOutcome, occupiedPlace } from "./restore-members.ts";
import { toDestroy, stillThere } from "./trash.ts";

interface Copy {
  readonly from: string;
  readonly temporary: string;
  readonly to: string;
}

/** Throws the errno; then the item is in the trash unchanged. */
export async function copyOut(
  item: TrashItem,
  moves: readonly RestoreMove[],
  signal: AbortSignal | undefined,
): Promise<RestoreOutcome> {
  const prefix = partialOf(item);
  const copies = moves.map(({ from, to }): Copy => {
    return { from, to, temporary: `${dirname(to)}/${prefix}${randomBytes(8).toString("hex")}` };
  });
  await discard(copies.flatMap(({ to }) => leftIn(dirname(to), prefix)));
  const done: string[] = [];
  try {
    for (const { from, temporary } of copies) {
      await runCooperatively(copyTree(bytePath(from), bytePath(temporary)), signal);
      failpoint("copied", temporary);
    }
    if (stillThere(item.members) !== "same")
      throw createErrnoError("ECHANGED", "ECHANGED: it was changed while it was copied");
    const taken = await occupiedPlace(moves);
    if (taken !== null) {
      await discard(copies.map(({ temporary }) => temporary));
      return { kind: "taken", path: taken };
    }
    for (const { temporary, to } of copies) {
      moveNew(temporary, to);
      done.push(to);
    }
    for (const directory of new Set(copies.map(({ to }) => dirname(to)))) syncDirectory(bytePath(directory));
  } catch (error) {
    await discard([...copies.map(({ temporary }) => temporary), ...done]);
    throw error;
  }
  failpoint("copied-out", copies[0]?.to ?? "");
  await removeFromTrash(item);
  return { kind: "back" };
}

/** The directory is not ours: the names contain the item they belong to, so that nothing else is removed. */
function partialOf({ members }: TrashItem): string {
  const key = createHash("sha256").update(members.map(({ path }) => path).join("\0"));
  return `.checkpoint-gc-partial-${key.digest("hex").slice(0, 16)}-`;
}

function leftIn(directory: string, prefix: string): string[] {
  const names = namesOrNone(bytePath(directory)).filter((name) => name.startsWith(prefix));
  return names.map((name) => `${directory}/${name}`);
}

async function discard(paths: readonly string[]): Promise<void> {
  for (const path of paths) await runCooperatively(destroy(path, false));
}

/** The copy is complete. If its original cannot be removed, it stays in the trash until its retention is over. */
async function removeFromTrash(item: TrashItem): Promise<void> {
  try {
    await runAll(DESTROY, [{ members: toDestroy(item.members), bytes: null }], {
      signal: undefined,
      onProduct: () => undefined,
    });
  } catch (error) {
    expectErrno(error, ...UNWRITABLE);
  }
}
