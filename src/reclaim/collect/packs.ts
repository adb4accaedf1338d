/** Packs: what a repack has made superfluous, and what it left when it was stopped. */
import { errnoOf } from "../../errors.ts";
import { below, bytePath, lstatOrNull, unlink } from "../../fs/door.ts";
import { namesOrNone } from "../../fs/listing.ts";
import { openFiles } from "../../fs/open-files.ts";

/** What lies in `objects/pack` before a repack. */
export interface Packs {
  readonly names: ReadonlySet<string>;
  /** Names of packs, without their ending. */
  readonly packs: readonly string[];
}

const PACK = /^(pack-[0-9a-f]+)\.pack$/;

export function packsIn(repository: string): Packs {
  const names = namesOrNone(bytePath(`${repository}/objects/pack`));
  return { names: new Set(names), packs: names.flatMap((name) => PACK.exec(name)?.[1] ?? []) };
}

/**
 * Removes packs that were there before, and were not touched since a moment (ms): all that is reached is in the new one.
 * What somebody keeps stays, and all of them where an index over several packs names them.
 */
export function dropPacks(repository: string, { names, packs }: Packs, cutoff: number): void {
  if (names.has("multi-pack-index")) return;
  const directory = bytePath(`${repository}/objects/pack`);
  const fresh = packsIn(repository);
  // The same objects make the same pack: then nothing was written, and nothing is superfluous.
  const written = fresh.packs.some((pack) => !packs.includes(pack));
  if (!written) return;
  for (const pack of packs) {
    if (names.has(`${pack}.keep`) || fresh.names.has(`${pack}.keep`)) continue;
    const at = lstatOrNull(below(directory, `${pack}.pack`))?.mtime ?? Infinity;
    if (at >= cutoff) continue;
    // Without its index git does not see a pack any more; the pack itself goes last.
    for (const ending of ["idx", "rev", "bitmap", "mtimes", "promisor", "pack"]) {
      if (fresh.names.has(`${pack}.${ending}`)) unlink(below(directory, `${pack}.${ending}`));
    }
  }
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
