/**
 * `prune --to`: whatever is destroyed is written to a directory on another disk first, which is what is left to a person
 * whose disk is too full for a trash that holds a bundle.
 *
 * What only git can read is packed before it is taken, with the value that is then expected of its ref. Files and
 * directories are copied after they were taken, where no program changes them. All of it stands under temporary names
 * until it is read back and synced; then it gets its own, and only then the original is destroyed. What was not destroyed
 * after all has no copy there in the end.
 */
import { createHash, randomBytes } from "node:crypto";
import { errnoOf, expectErrno, GcError, createErrnoError, UNWRITABLE } from "../errors.ts";
import { runCooperatively } from "../fs/cooperative.ts";
import { copyTree } from "../fs/copy-tree.ts";
import { destroy } from "../fs/destroy.ts";
import { failpoint } from "../fs/failpoints.ts";
import { moveNew } from "../fs/move-new.ts";
import { namesOrNone } from "../fs/listing.ts";
import { bytePath, lstatOrNull } from "../fs/syscalls.ts";
import { syncDirectory } from "../fs/write-atomic.ts";
import { valueIn, writeCloneable } from "../git/bundle-file.ts";
import { refAt } from "../git/refs.ts";
import { bundle } from "../git/run.ts";
import { type Member, refValue } from "../model/entry.ts";
import type { PlannedEntry } from "../model/plan.ts";
import type { EntryResult, OutcomeError } from "../model/result.ts";
import { namesElsewhere } from "./elsewhere.ts";
import { entryResult, toOutcomeError } from "./outcome.ts";
import type { Isolated } from "./trash.ts";

export interface Saver {
  /** Before it is taken; why it cannot be, or null. */
  readonly prepare: (row: PlannedEntry) => Promise<EntryResult | null>;
  /** When it was taken, and before it is destroyed; why it must not be, or null. `EINTR` where a signal came. */
  readonly save: (row: PlannedEntry, isolated: Isolated) => Promise<OutcomeError | null>;
  /** What became of it, with the place of its copy. */
  readonly told: (result: EntryResult) => EntryResult;
  /** Removes the copies of what is still there. Throws no errno. */
  readonly finish: () => Promise<void>;
}

interface Copy {
  readonly temporary: string;
  readonly to: string;
  /** Under its own name. */
  done: boolean;
}

interface Saved {
  readonly copies: readonly Copy[];
  /** The original is gone, or on its way. */
  needed: boolean;
}

/** Whose it is follows, so that what a killed run left of an entry goes when the same is saved there again. */
const PARTIAL = ".checkpoint-gc-partial-";

/** `directory` is there. */
export function saverInto(directory: string, signal: AbortSignal | undefined): Saver {
  const all = new Map<PlannedEntry, Saved>();
  const taken = new Set<string>();
  const left = namesOrNone(bytePath(directory)).filter((name) => name.startsWith(PARTIAL));
  return {
    prepare: async (row) => {
      if (!isSaved(row)) return null;
      // A second turn, for one that found no room in the first.
      await discard(all.get(row));
      const prefix = partialOf(row);
      const copies = placesFor(row, prefix, directory, taken);
      all.set(row, { copies, needed: false });
      try {
        for (const name of left.filter((one) => one.startsWith(prefix))) await remove(`${directory}/${name}`);
        for (const [at, member] of row.judged.entry.members.entries()) {
          const copy = copies[at];
          if (member.as === "ref" && copy !== undefined) await packRef(member, copy, signal);
        }
        return null;
      } catch (error) {
        await discard(all.get(row));
        return errnoOf(error) === "ECHANGED"
          ? entryResult(row, "changed", { error: toOutcomeError(error) })
          : entryResult(row, "failed", { error: notSaved(error, directory) });
      }
    },
    save: async (row, isolated) => {
      const saved = all.get(row);
      if (saved === undefined) return null;
      try {
        for (const [at, member] of row.judged.entry.members.entries()) {
          const [copy, from] = [saved.copies[at], isolated.paths[at]];
          if (copy === undefined || from === undefined || member.as === "ref") continue;
          await runCooperatively(copyTree(bytePath(from), bytePath(copy.temporary)), signal);
        }
        failpoint("copied", directory);
        for (const copy of saved.copies) {
          moveNew(copy.temporary, copy.to);
          copy.done = true;
        }
        syncDirectory(bytePath(directory));
        failpoint("saved", directory);
        return null;
      } catch (error) {
        await discard(saved);
        if (error instanceof GcError && error.code === "interrupted")
          return { code: "EINTR", message: "the run was interrupted" };
        return notSaved(error, directory);
      }
    },
    told: (result) => {
      const saved = all.get(result.planned);
      if (saved?.copies.some(({ done }) => done) !== true) return result;
      saved.needed = result.outcome === "removed" || (result.outcome === "failed" && result.trashId !== null);
      return saved.needed ? { ...result, savedTo: saved.copies.map(({ to }) => to) } : result;
    },
    finish: async () => {
      for (const saved of all.values()) if (!saved.needed) await discard(saved);
    },
  };
}

/** What goes to the trash has its way back already, and debris is no snapshot of anything. */
function isSaved({ steps, ruling }: PlannedEntry): boolean {
  return ruling.rule !== "debris" && steps.some(({ kind }) => kind === "destroy");
}

function partialOf({ judged }: PlannedEntry): string {
  const paths = judged.entry.members.map(({ path }) => path).join("\0");
  return `${PARTIAL}${createHash("sha256").update(paths).digest("hex").slice(0, 16)}-`;
}

/** Ids are those of directories: two bases may have the same, and so may one from an earlier time. */
function placesFor({ judged }: PlannedEntry, prefix: string, directory: string, taken: Set<string>): Copy[] {
  const names = namesElsewhere(judged.entry.members);
  const nonce = randomBytes(8).toString("hex");
  for (let nth = 1; ; nth++) {
    const paths = names.map((name) => `${directory}/${nth === 1 ? name : name.replace(/(?:\.[a-z]+)?$/, `-${nth}$&`)}`);
    if (paths.some((path) => taken.has(path) || lstatOrNull(bytePath(path)) !== null)) continue;
    for (const path of paths) taken.add(path);
    return paths.map((to, at) => ({ to, temporary: `${directory}/${prefix}${nonce}-${at}`, done: false }));
  }
}

async function packRef(
  { path, identity }: Member,
  { temporary }: Copy,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { repository, name } = refAt(path);
  const value = refValue(identity);
  const raw = `${temporary}-raw`;
  try {
    await bundle(repository, name, raw, signal);
    if (valueIn(raw) !== value || value === null)
      throw createErrnoError("ECHANGED", "a snapshot was taken in the meantime");
    await writeCloneable(raw, temporary, value, signal);
  } finally {
    await remove(raw);
  }
  failpoint("packed", temporary);
}

function notSaved(error: unknown, directory: string): OutcomeError {
  const { code, message } = toOutcomeError(error);
  return { code, message: `it could not be saved to ${directory}, so it stays: ${message}` };
}

async function discard(saved: Saved | undefined): Promise<void> {
  for (const { temporary, to, done } of saved?.copies ?? []) await remove(done ? to : temporary);
}

async function remove(path: string): Promise<void> {
  try {
    await runCooperatively(destroy(path, false));
  } catch (error) {
    expectErrno(error, ...UNWRITABLE);
  }
}
