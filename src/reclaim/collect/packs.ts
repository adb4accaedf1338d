/** Packs: which exist, which a repack has made superfluous, and what it left when it was stopped. */
import { expectErrno, UNWRITABLE } from "../../errors.ts";
import { below, bytePath, lstatOrNull, unlink } from "../../fs/syscalls.ts";
import { namesOrNone } from "../../fs/listing.ts";
import { openFiles } from "../../fs/open-files.ts";
import { syncDirectory } from "../../fs/write-atomic.ts";
import { type Identity, sameIdentity } from "../../model/entry.ts";
import { takeAside } from "./aside.ts";

export interface Pack {
  readonly identity: Identity;
  /** When it was last written, or an object in it was used again (ms). */
  readonly mtime: number;
}

/** The contents of `objects/pack`. */
export interface Packs {
  readonly names: ReadonlySet<string>;
  /** Packs with an index, by their name without its suffix; one that is rewritten is another file. */
  readonly packs: ReadonlyMap<string, Pack>;
}

const PACK = /^(pack-[0-9a-f]+)\.pack$/;

export function packsIn(repository: string): Packs {
  const directory = bytePath(`${repository}/objects/pack`);
  const names = new Set(namesOrNone(directory));
  const packs = [...names].flatMap((name): [string, Pack][] => {
    const pack = PACK.exec(name)?.[1];
    const stat = pack === undefined || !names.has(`${pack}.idx`) ? null : lstatOrNull(below(directory, name));
    return pack === undefined || stat === null ? [] : [[pack, { identity: stat.identity, mtime: stat.mtime }]];
  });
  return { names, packs: new Map(packs) };
}

/** Those that may be removed when all that is needed of them is in others: not those that are marked to be kept. */
export function dispensable({ names, packs }: Packs): readonly string[] {
  // A multi-pack-index refers to the packs that it covers.
  if (names.has("multi-pack-index")) return [];
  return [...packs.keys()].filter((pack) => !names.has(`${pack}.keep`));
}

/** The packs that were not there before, including rewritten ones of the same name. */
export function freshSince(before: Packs, now: Packs): readonly string[] {
  return [...now.packs].flatMap(([pack, { identity }]) => {
    const old = before.packs.get(pack);
    return old !== undefined && sameIdentity(old.identity, identity) ? [] : [pack];
  });
}

/**
 * Removes packs that were not touched since a moment (ms), and returns how many are too young. The new ones are on the
 * disk before the first is removed.
 */
export function dropPacks(repository: string, packs: readonly string[], cutoff: number): number {
  const directory = `${repository}/objects/pack`;
  syncDirectory(bytePath(directory));
  let young = 0;
  for (const pack of packs) {
    const now = packsIn(repository).names;
    if (now.has("multi-pack-index") || now.has(`${pack}.keep`)) continue;
    // The time is that of the pack itself, and without it git ignores the other files.
    const taken = takeAside(`${directory}/${pack}.pack`, cutoff);
    if (taken.kind === "young") young += 1;
    if (taken.kind !== "aside") continue;
    for (const ending of ["idx", "rev", "bitmap", "mtimes", "promisor"]) {
      if (now.has(`${pack}.${ending}`)) unlink(below(bytePath(directory), `${pack}.${ending}`));
    }
    unlink(bytePath(taken.path));
  }
  return young;
}

/** Temporary files that were not there before and that no process has open are those of the git that was stopped. */
export function clearUp(repository: string, { names }: Packs): void {
  const open = openFiles();
  const directory = `${repository}/objects/pack`;
  for (const name of packsIn(repository).names) {
    if (!/^(?:tmp_|\.tmp-)/.test(name) || names.has(name) || open.has(`${directory}/${name}`)) continue;
    try {
      unlink(below(bytePath(directory), name));
    } catch (error) {
      // It is debris then, which is removed a day later.
      expectErrno(error, ...UNWRITABLE);
    }
  }
}
