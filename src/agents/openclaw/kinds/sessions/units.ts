/** Which files make up an entry: a transcript with all that belongs to it, or a file alone. */
import { bytePath, rawPath, textOf } from "../../../../fs/syscalls.ts";
import type { Child } from "../../../../fs/listing.ts";
import type { Entry } from "../../../../model/entry.ts";
import type { CooperativeTask } from "../../../../model/steps.ts";
import { fileMember } from "../../../../stores/json-files/files.ts";
import type { Discovery } from "../../../../stores/kind.ts";
import { lockListing } from "../../reading.ts";
import { type SessionFile, sessionFile } from "../../files.ts";

/** A name in the trash counts members up to 9,999. */
const MOST_MEMBERS = 1000;

/** What stands first in an entry decides what it is: its transcript. */
const ORDER = ["transcript", "trajectory", "pointer", "checkpoint"] as const;

/** A name and a file a step. */
export function* discoverUnits(store: string, base: string, children: readonly Child[]): CooperativeTask<Discovery> {
  const listed = lockListing(children);
  const entries: Entry[] = [];
  const claimed: string[] = [];
  for (const { id, files } of yield* unitsOf(children, claimed)) {
    const members = files.map((file) => fileMember(base, file));
    const [first, ...rest] = members.filter((member) => member !== null);
    // What cannot be taken whole is not taken: a part of it is a link, or has another name.
    if (first !== undefined && rest.length + 1 === files.length && files.length <= MOST_MEMBERS) {
      entries.push(listed({ base, store, id, members: [first, ...rest] }, first.place));
      claimed.push(...files.map(({ name }) => name));
    }
    yield;
  }
  return { entries, claimed };
}

interface Unit {
  readonly id: string;
  /** Its transcript first. */
  readonly files: readonly Child[];
}

/** `claimed` is added to: the names that are the agent's own and no entry. */
function* unitsOf(children: readonly Child[], claimed: string[]): CooperativeTask<readonly Unit[]> {
  const alone: Unit[] = [];
  const byStem = new Map<string, { readonly rank: number; readonly child: Child }[]>();
  for (const child of children) {
    yield;
    const name = textOf(rawPath(child.name));
    const file = bytePath(name) === child.name ? sessionFile(name) : null;
    if (file === null) continue;
    if (file.kind === "own") claimed.push(child.name);
    else if ("stem" in file) {
      const rank = ORDER.indexOf(file.kind);
      byStem.set(file.stem, [...(byStem.get(file.stem) ?? []), { rank, child }]);
    } else alone.push({ id: name, files: [child] });
  }
  const units: Unit[] = [];
  for (const [id, found] of byStem) {
    const files = found.toSorted((a, b) => a.rank - b.rank);
    // What belongs to a transcript that is not there is of no known session.
    if (files[0]?.rank === 0) units.push({ id, files: files.map(({ child }) => child) });
    yield;
  }
  return [...units, ...alone];
}

/** Whether `discoverUnits` could have found it. */
export function isUnit(id: string, places: readonly string[]): boolean {
  if (places.some((place) => place.includes("/"))) return false;
  const files = places.map((place) => sessionFile(place));
  const [first, ...rest] = files;
  if (first === undefined || first === null || first.kind === "own") return false;
  if (!("stem" in first)) return places.length === 1 && places[0] === id;
  const isPart = (file: SessionFile | null): boolean =>
    file !== null && "stem" in file && file.kind !== "transcript" && file.stem === id;
  return first.kind === "transcript" && first.stem === id && rest.every(isPart);
}
