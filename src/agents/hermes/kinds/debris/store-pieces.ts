/** Pieces of the single store that belong to no existing project. */
import { expectErrno, UNREADABLE } from "../../../../errors.ts";
import { bytePath } from "../../../../fs/syscalls.ts";
import { names } from "../../../../fs/listing.ts";
import { readPackedRefs, refsBelow } from "../../../../git/refs.ts";
import type { Member } from "../../../../model/entry.ts";
import { DAY } from "../../../../model/time.ts";
import { fileAt, refMember } from "../store/members.ts";
import { namesIn, oldAt, type Repository } from "./find.ts";

export type Pieces = "temporary" | "locks" | "ledgers" | "indexes" | "ref";

export interface PiecesFound {
  readonly pieces: Pieces;
  /** What the id names instead of the repository. */
  readonly of: string | null;
  readonly members: readonly Member[];
}

/**
 * Notes and an index are written before the first snapshot creates the project: a week is longer than any agent takes
 * until then. An index stays behind when its project is removed (../store/index.ts says why).
 */
const STALE_AFTER: number = 7 * DAY;

const ID = /^[0-9a-f]{16}$/;

export function abandonedIn(repository: Repository, now: number): PiecesFound[] {
  if (repository.kind !== "store") return [];
  const { base, place } = repository;
  const projects = projectsIn(`${base}/${place}/projects`);
  // Where the projects cannot be listed, it is unknown what belongs to none.
  if (projects === null) return [];
  const packed = readPackedRefs(`${base}/${place}`);
  if (packed === null) return [];
  const refs = refsBelow(`${base}/${place}`, "refs/hermes", packed).filter((id) => ID.test(id));
  const claimed = new Set([...projects, ...refs]);
  const ledgers = namesIn(repository, "ledgers").filter(
    (name) =>
      name.endsWith(".json") && ID.test(name.slice(0, -".json".length)) && !claimed.has(name.slice(0, -".json".length)),
  );
  const alone = ledgers.map((name) => oldAt(repository, `ledgers/${name}`, now - STALE_AFTER));
  const indexes = namesIn(repository, "indexes").filter((name) => ID.test(name) && !claimed.has(name));
  const unused = indexes.map((name) => oldAt(repository, `indexes/${name}`, now - STALE_AFTER));
  return [
    { pieces: "ledgers", of: null, members: alone.filter((member) => member !== null) },
    { pieces: "indexes", of: null, members: unused.filter((member) => member !== null) },
    ...refs
      .filter((id) => !projects.has(id))
      .map((id): PiecesFound => {
        const ref = refMember(base, id, packed);
        const files = ref === null ? [] : [fileAt(base, `ledgers/${id}.json`)];
        return { pieces: "ref", of: id, members: [ref, ...files].filter((member) => member !== null) };
      }),
  ];
}

/** Ids of the projects, whatever is in their files; null where they cannot be listed. */
function projectsIn(directory: string): ReadonlySet<string> | null {
  try {
    return new Set(names(bytePath(directory)).map((name) => name.replace(/\.json$/, "")));
  } catch (error) {
    expectErrno(error, ...UNREADABLE);
    return null;
  }
}
