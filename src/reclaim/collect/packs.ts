/** Packs: what a repack has made superfluous, and what it left when it was stopped. */
import { errnoOf } from "../../errors.ts";
import { below, bytePath, lstatOrNull, unlink } from "../../fs/door.ts";
import { namesOrNone } from "../../fs/listing.ts";
import { openFiles } from "../../fs/open-files.ts";
import { type Identity, sameIdentity } from "../../model/entry.ts";

/** What lies in `objects/pack` before a repack. */
export interface Packs {
  readonly names: ReadonlySet<string>;
  /** Packs by their name without its ending; one that is written anew is another file. */
  readonly packs: ReadonlyMap<string, Identity>;
}

const PACK = /^(pack-[0-9a-f]+)\.pack$/;

export function packsIn(repository: string): Packs {
  const directory = bytePath(`${repository}/objects/pack`);
  const names = namesOrNone(directory);
  const packs = names.flatMap((name): [string, Identity][] => {
    const pack = PACK.exec(name)?.[1];
    const stat = pack === undefined ? null : lstatOrNull(below(directory, name));
    return pack === undefined || stat === null ? [] : [[pack, stat.identity]];
  });
  return { names: new Set(names), packs: new Map(packs) };
}

/**
 * Removes packs that were there before, and were not touched since a moment (ms): all that is reached is in the new one.
 * What somebody keeps stays, and all of them where an index over several packs names them. Tells how many are too young.
 */
export function dropPacks(repository: string, { names, packs }: Packs, cutoff: number): number {
  if (names.has("multi-pack-index")) return 0;
  const directory = bytePath(`${repository}/objects/pack`);
  const fresh = packsIn(repository);
  // The same objects make a pack of the same name, written anew in its place.
  const isOld = ([pack, identity]: readonly [string, Identity]): boolean => {
    const before = packs.get(pack);
    return before !== undefined && sameIdentity(before, identity);
  };
  if ([...fresh.packs].every(isOld)) return 0;
  let young = 0;
  for (const [pack] of [...fresh.packs].filter(isOld)) {
    if (names.has(`${pack}.keep`) || fresh.names.has(`${pack}.keep`)) continue;
    const at = lstatOrNull(below(directory, `${pack}.pack`))?.mtime ?? null;
    if (at === null) continue;
    if (at >= cutoff) {
      young += 1;
      continue;
    }
    // Without its index git does not see a pack any more; the pack itself goes last.
    for (const ending of ["idx", "rev", "bitmap", "mtimes", "promisor", "pack"]) {
      if (fresh.names.has(`${pack}.${ending}`)) unlink(below(directory, `${pack}.${ending}`));
    }
  }
  return young;
}

/** Temporary files that were not there before and that nobody has open are those of the git that was stopped. */
export function clearUp(repository: string, { names }: Packs): void {
  const open = openFiles();
  const directory = `${repository}/objects/pack`;
  for (const name of packsIn(repository).names) {
    if (!/^(?:tmp_|\.tmp-)/.test(name) || names.has(name) || open.has(`${directory}/${name}`)) continue;
    try {
      unlink(below(bytePath(directory), name));
    } catch (error) {
      // It is debris then, which has its own turn a day later.
      if (errnoOf(error) === null) throw error;
    }
  }
}
