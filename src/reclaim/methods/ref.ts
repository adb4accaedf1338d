/**
 * A git ref: its whole history is packed into a file in the trash, and only then the ref is deleted, with the value
 * that was packed as the expected one. A snapshot taken in between wins.
 *
 * Nothing of ours keeps objects alive in the store: what only this ref reached is garbage from then on, and the undo
 * does not need it (ref-record.ts says what is in the file).
 *
 * Putting a ref back does not end the need for the bundle. An older agent takes no lock: it reads "no ref", writes a
 * commit without a parent, and sets the ref to it whatever is there by then. From the moment that we delete a ref until
 * such a writer is done, a restored one may be overwritten, however short the time and whatever restored it: a user,
 * a sweep, a removal that is undone within the same lock. So the bundle stays wherever a ref was made again, and
 * its name says so, and since when (`=`, model/trash-name.ts). It goes when such a writer must be done (SNAPSHOT_GRACE) and
 * a run, under the lock, finds that the ref still has it; if the ref has something else by then, it stays, and can be
 * restored. A record of the value alone stays in the same way: as long as it is in the trash its objects are not
 * collected (`valuesOnlyRecorded`).
 *
 * A ref has it where it has the value and the store all of its history: a backup may bring back the file of a ref whose
 * objects were collected, and then the bundle is the last that has them. Such a ref is restored by adding the objects.
 */
import { expectErrno, createErrnoError, messageOf, UNWRITABLE } from "../../errors.ts";
import { bytePath, lstatOrNull, unlink } from "../../fs/syscalls.ts";
import { failpoint } from "../../fs/failpoints.ts";
import { createRef, deleteRefs, isAncestor, isComplete, type RefValue, unbundle } from "../../git/run.ts";
import { reflogBeyond } from "../../git/reflog.ts";
import { readRef, refAt } from "../../git/refs.ts";
import { type Member, refIdentity, refValue } from "../../model/entry.ts";
import type { OutcomeError } from "../../model/result.ts";
import { toOutcomeError } from "../outcome.ts";
import { CHANGED, isValueOnly, recorded, writeRecord } from "./ref-record.ts";
import { markReturned } from "../trash-path.ts";
import { type Detached, type Detaching, type DestinationState, type Move, type RemovalMethod } from "./method.ts";

export const refMethod: RemovalMethod = {
  identityAt: (path) => {
    const { repository, name } = refAt(path);
    const now = readRef(repository, name);
    // A ref that cannot be read occupies its place, but its value is unknown.
    return now.kind === "missing" ? null : refIdentity(now.kind === "value" ? now.value : "");
  },
  writesRecord: true,
  prepare: async (member, target, how) => {
    await refuseReflog(member);
    await writeRecord(member, target, how);
  },
  detach,
  discardPrepared: (target) => {
    unlink(bytePath(target));
  },
  destinationState,
  isWhole,
  prepareRestore: async (move, signal) => {
    const value = recorded(move.from);
    if (value === null || isValueOnly(move.from)) return;
    const state = await destinationState(move);
    if (state === "vacant" || (state === "restored" && !(await isWhole(move, signal))))
      await unbundle(refAt(move.to).repository, move.from, value, signal);
  },
  restore: back,
};

/** A sweep holds such a project (scan/reflogs.ts); an exchange has no holds. Throws `ENODATA`. */
async function refuseReflog({ path, identity }: Member): Promise<void> {
  const { repository, name } = refAt(path);
  const reflog = await reflogBeyond(repository, name, refValue(identity) ?? "", undefined);
  if (reflog !== null)
    throw createErrnoError(
      "ENODATA",
      `ENODATA: ${reflog} has snapshots that the ref does not have, and a bundle neither`,
    );
}

/** One git for all refs of a repository: starting one for each takes longer than all else. */
async function detach(members: readonly Detaching[]): Promise<ReadonlyMap<Detaching, Detached>> {
  const done = new Map<Detaching, Detached>();
  // One that has changed already must not keep the others.
  for (const one of members) {
    const error = changeOf(one);
    if (error !== null) done.set(one, { kind: "not", error });
  }
  const left = members.filter((one) => !done.has(one));
  for (const repository of new Set(left.map((one) => refOf(one).repository)))
    await deleteAll(
      repository,
      left.filter((one) => refOf(one).repository === repository),
      done,
    );
  for (const one of left) if (done.get(one)?.kind === "detached") failpoint("ref-deleted", one.member.path);
  return done;
}

async function deleteAll(
  repository: string,
  members: readonly Detaching[],
  done: Map<Detaching, Detached>,
): Promise<void> {
  try {
    await deleteRefs(repository, members.map(refOf));
    for (const one of members) done.set(one, { kind: "detached" });
  } catch (error) {
    const told = withRoomNeeded(repository, toOutcomeError(error));
    const together = members.length > 1 && !isOfAllRefs(error);
    const reason = isOfAllRefs(error) ? refsLocked(repository, told) : told;
    for (const one of members) done.set(one, afterFailure(one, reason, together));
  }
}

/** Git locks all of `packed-refs` to delete any ref: what keeps it from that keeps every other ref of the group too. */
function isOfAllRefs(error: unknown): boolean {
  return /\/packed-refs\.lock'/.test(messageOf(error));
}

function refsLocked(repository: string, error: OutcomeError): OutcomeError {
  if (!/file exists/i.test(error.message)) return error;
  const path = `${repository}/packed-refs.lock`;
  const message = `EBUSY: another git is at work on all of it, or one that was killed has left ${path}: remove that file if no git is running there`;
  return { code: "EBUSY", message };
}

/** A loose ref is deleted without room. Git has no way to take a line out of `packed-refs` but to write all of it. */
function withRoomNeeded(repository: string, error: OutcomeError): OutcomeError {
  const bytes = error.code === "ENOSPC" ? lstatOrNull(bytePath(`${repository}/packed-refs`))?.size : undefined;
  if (bytes === undefined) return error;
  const need = Math.ceil(bytes / 4096) * 4 + 4;
  const advice = `git has to write ${repository}/packed-refs anew, which takes ${need} KB: free them on this disk, and run it again`;
  return { ...error, message: `${error.message}; ${advice}` };
}

/** Git failed. It deletes all or none, unless it was ended in its midst. */
function afterFailure(one: Detaching, error: OutcomeError, together: boolean): Detached {
  const changed = changeOf(one);
  if (changed?.code === "ENOENT") return { kind: "unsure", error };
  if (changed !== null) return { kind: "not", error: changed };
  return together ? { kind: "refused-together", error } : { kind: "not", error };
}

/** Why a ref is no longer what was packed, or null. `ENOENT`: it is not there. */
function changeOf({ member: { path, identity } }: Detaching): OutcomeError | null {
  const { repository, name } = refAt(path);
  const now = readRef(repository, name);
  switch (now.kind) {
    case "missing":
      return { code: "ENOENT", message: `ENOENT: no ref ${path}` };
    case "broken":
      return { code: "EINVAL", message: `EINVAL: ${path} is not a ref` };
    case "value":
      return now.value === refValue(identity) ? null : CHANGED;
  }
}

function refOf({ member: { path, identity } }: Detaching): RefValue & { readonly repository: string } {
  return { ...refAt(path), value: refValue(identity) ?? "" };
}

/** A ref that continues from our value has all of it: there is nothing to restore. */
async function destinationState({ from, to }: Move): Promise<DestinationState> {
  const { repository, name } = refAt(to);
  const now = readRef(repository, name);
  if (now.kind === "missing") return "vacant";
  const value = recorded(from);
  if (now.kind === "broken" || value === null) return "occupied";
  return now.value === value || (await isAncestor(repository, value, now.value)) ? "restored" : "occupied";
}

/** Nothing is lost with a record of the value alone where the ref has that. */
async function isWhole({ from, to }: Move, signal: AbortSignal | undefined): Promise<boolean> {
  const value = recorded(from);
  return isValueOnly(from) || (value !== null && (await isComplete(refAt(to).repository, value, signal)));
}

async function back(move: Move, now: number, signal: AbortSignal | undefined): Promise<void> {
  const { repository, name } = refAt(move.to);
  const value = recorded(move.from);
  if (value === null) throw createErrnoError("EINVAL", `EINVAL: ${move.from} says no value`);
  const isThere = (await destinationState(move)) === "restored";
  // A concurrent gc may have removed the objects since they were unpacked: no ref kept them.
  if (!(isThere && isValueOnly(move.from)) && !(await isComplete(repository, value, signal)))
    throw createErrnoError("ENODATA", "ENODATA: its objects are not in the store any more");
  if (!isThere) {
    await createRef(repository, name, value);
    failpoint("ref-created", move.to);
  }
  keepCopy(move.from, now);
}

/** Killed before it, or refused: then a later run finds the ref in its place, and writes its own time. */
function keepCopy(path: string, now: number): void {
  try {
    markReturned(path, now);
  } catch (error) {
    expectErrno(error, ...UNWRITABLE);
  }
}
