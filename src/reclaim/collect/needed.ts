/**
 * What may not go. An object is needed where any of these leads to it:
 *
 * - a ref, a HEAD or a reflog, those of linked worktrees included; what `shallow`, `info/grafts` and replace refs would
 *   hide from git is followed all the same (git/environment.ts);
 * - another file of the repository that names it: a pseudo ref, an index (roots.ts);
 * - a record in the trash that has no more than the value of a deleted ref (methods/ref-record.ts);
 * - an object that was written or used within the grace, since a snapshot in the making is in no ref yet, and uses old
 *   trees and blobs without touching them.
 *
 * Other repositories that borrow from this one are asked before: then nothing of it is collected.
 */
import { allObjects, objectsInPack, reachedFrom } from "../../git/objects.ts";
import type { RunLimits } from "../../git/exec.ts";
import { looseIn, withinGrace } from "./loose.ts";
import { type Packs, packsIn } from "./packs.ts";
import { indexedOf, namedIn } from "./roots.ts";

export interface ObjectInventory {
  /** Bytes on the disk by name. */
  readonly sizes: ReadonlyMap<string, number>;
  /** Paths by name. */
  readonly loose: ReadonlyMap<string, string>;
  readonly packs: Packs;
  /** The contents of each pack. */
  readonly contents: ReadonlyMap<string, ReadonlySet<string>>;
  readonly needed: ReadonlySet<string>;
  /** How many are needed only because of their time. */
  readonly young: number;
}

/** What needs objects and is not found by git's own rules. */
export interface OtherRoots {
  /** Of deleted refs whose objects must stay. */
  readonly values: readonly string[];
  /** Indexes that its agent keeps beside git's own, and uses. */
  readonly indexes: (repository: string) => readonly string[];
}

/**
 * Lists all objects first, then what is needed: what is written in between does not count as garbage. Rejects with an
 * errno.
 */
export async function objectInventory(
  repository: string,
  cutoff: number,
  limits: RunLimits,
  { values, indexes }: OtherRoots,
): Promise<ObjectInventory> {
  const packs = packsIn(repository);
  const loose = looseIn(repository);
  const sizes = await allObjects(repository, limits);
  const contents = new Map<string, ReadonlySet<string>>();
  for (const pack of packs.packs.keys()) contents.set(pack, await contentOf(repository, pack, limits));

  const reached = await reachedFrom(repository, [...namedIn(repository), ...values], limits);
  const rest = new Set([...sizes.keys()].filter((name) => !reached.has(name)));
  const recent = [
    ...(await withinGrace(only(loose, rest), cutoff)),
    ...[...packs.packs].flatMap(([pack, { mtime }]) => (mtime >= cutoff ? [...(contents.get(pack) ?? [])] : [])),
  ].filter((name) => rest.has(name));
  const roots = new Set([...recent, ...(await indexedOf(repository, rest, indexes(repository)))]);
  const more = roots.size === 0 ? [] : await reachedFrom(repository, roots, { ...limits, only: true });
  return { sizes, loose, packs, contents, needed: new Set([...reached, ...more]), young: recent.length };
}

export async function contentOf(repository: string, pack: string, limits: RunLimits): Promise<ReadonlySet<string>> {
  return objectsInPack(repository, `${repository}/objects/pack/${pack}.idx`, limits);
}

function only(loose: ReadonlyMap<string, string>, names: ReadonlySet<string>): ReadonlyMap<string, string> {
  return new Map([...loose].filter(([name]) => names.has(name)));
}
