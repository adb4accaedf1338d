/** What a killed git leaves: temporary files (tempfile.c, index-pack, repack) and the lock of an index. */
import type { Member } from "../../../../model/entry.ts";
import { DAY } from "../../../../model/time.ts";
import { namesIn, oldAt, type Repository } from "./find.ts";
import type { PiecesFound } from "./store-pieces.ts";

const PACK_FILES = /^(?:tmp_(?:pack|idx|rev|bitmap|midx)_.+|\.tmp-.+)$/;
const LOOSE_FILES = /^tmp_obj_.+$/;
const FAN_OUT = /^[0-9a-f]{2}$/;

/** git treats a gc as running for half a day; after twice that its process is dead. */
const STALE_AFTER = DAY;

export function leftByKilledGit(repository: Repository, now: number): PiecesFound[] {
  const before = now - STALE_AFTER;
  const locks = repository.kind === "store" ? locksIn(repository, before) : lockOf(repository, before);
  const packs = namesIn(repository, "objects/pack").filter((name) => PACK_FILES.test(name));
  const temporary = [
    ...packs.map((name) => oldAt(repository, `objects/pack/${name}`, before)),
    ...(wasWriting(repository, locks) ? looseIn(repository, before) : []),
  ];
  return [
    { pieces: "temporary", of: null, members: temporary.filter((member) => member !== null) },
    { pieces: "locks", of: null, members: locks },
  ];
}

/**
 * Whether a killed git may have left pieces of loose objects. In a shadow repo it held the index while it wrote them:
 * listing the 256 directories of each of a thousand repos would cost every run a second.
 */
function wasWriting({ kind }: Repository, locks: readonly Member[]): boolean {
  return kind === "store" || locks.length > 0;
}

/** In `objects` itself and in its fan-out directories. */
function looseIn(repository: Repository, before: number): (Member | null)[] {
  const top = namesIn(repository, "objects");
  const directories = ["objects", ...top.filter((name) => FAN_OUT.test(name)).map((name) => `objects/${name}`)];
  return directories.flatMap((directory) =>
    (directory === "objects" ? top : namesIn(repository, directory))
      .filter((name) => LOOSE_FILES.test(name))
      .map((name) => oldAt(repository, `${directory}/${name}`, before)),
  );
}

function lockOf(repository: Repository, before: number): Member[] {
  return [oldAt(repository, "index.lock", before)].filter((member) => member !== null);
}

function locksIn(repository: Repository, before: number): Member[] {
  const names = namesIn(repository, "indexes").filter((name) => /^[0-9a-f]{16}\.lock$/.test(name));
  return names.map((name) => oldAt(repository, `indexes/${name}`, before)).filter((member) => member !== null);
}
