/**
 * The names of isolated members. A name alone says what it is, where it goes back to, since when it is there and by
 * which rule, so that the rename is a sufficient record on a disk that has no room for another.
 *
 *   <id>.<taken>[-<since>].<nonce>.<rule>[=][~].<store>[.<k>of<n>[+ref].<place>]  `~`: it could not go back once
 *   ~<the same>                                                            marked: it can only be finished
 *   @<hash>.<taken>[-<since>].<nonce>.<rule>[=][~].<k>of<n>[+ref]          too long: the rest is in a file beside it
 *
 * `taken` and `since` are ms since the epoch: when it was moved here, and, where its period started again after that,
 * from when on it counts. The id that people see is made of what never changes, `<id>.<taken>.<nonce>`: one that was
 * shown stays valid whatever becomes of the period.
 * `id`, `store` and `place` are percent-encoded, dots included. Member and place are left out where there is one member
 * and its place is its id. `+ref`: the file holds what was a git ref at that place, `+record` an entry of a document; `=`: the ref was put back, at `since`, and this
 * is a copy of its history (reclaim/methods/ref.ts says for how long). Version 1.0.0 does not know such a name, and
 * leaves the file alone.
 * Where a name would be too long for a file system, `<nonce>.name.json` beside it holds id, store and places, and the name
 * has a hash of its own part of these (fs/spelled-name.ts). Without that file it is no name: what has it is left alone.
 */
import type { MemberKind } from "./entry.ts";
import { TRASH_RULES, type TrashRule } from "./trash.ts";

export interface TrashName {
  readonly marked: boolean;
  readonly entryId: string;
  /** When it was moved to the trash (ms). */
  readonly taken: number;
  /** When its retention began (ms): the same, or later where it began again. */
  readonly since: number;
  /** Eight hex digits, the same for all members of one entry. */
  readonly nonce: string;
  readonly rule: TrashRule;
  readonly conflicted: boolean;
  /** It was put back, and this is a copy of it. */
  readonly returned?: boolean;
  readonly store: string;
  /** Which member of how many, from 1. */
  readonly member: number;
  readonly of: number;
  /** Path below the base. */
  readonly place: string;
  /** What it was, where it was not a file or directory. */
  readonly as?: MemberKind;
  /** The hash that stands for id, store and place in a name that would be too long with them. */
  readonly hash?: string;
}

/** What a name with a hash does not say. */
export type Spelled = Pick<TrashName, "entryId" | "store" | "place">;

/** Finds what a hash stands for, or null where that is not known for sure. */
export type Spelling = (name: Pick<TrashName, "nonce" | "member" | "of"> & { readonly hash: string }) => Spelled | null;

/** Percent-encoding leaves no tilde in an id, so no other name begins with one. */
const MARK = "~";

/** Nor an at sign. */
const HASHED = "@";

/** What follows the rule. */
const RETURNED = "=";
const CONFLICTED = "~";

/** The last time that a date can represent (ECMA-262, "Time Values"). */
const END_OF_TIME = 8.64e15;

/** Common file systems support no longer name (NAME_MAX). */
export const LONGEST_NAME = 255;

export function formatTrashName(name: TrashName): string {
  const { hash } = name;
  const ruling = `${name.rule}${name.returned === true ? RETURNED : ""}${name.conflicted ? CONFLICTED : ""}`;
  const numbered = `${name.member}of${name.of}${name.as === undefined ? "" : `+${name.as}`}`;
  const life = [timesOf(name), name.nonce, ruling];
  const simple = name.of === 1 && name.place === name.entryId && name.as === undefined;
  const tail = simple ? [] : [numbered, encode(name.place)];
  const fields =
    hash === undefined
      ? [encode(name.entryId), ...life, encode(name.store), ...tail]
      : [`${HASHED}${hash}`, ...life, numbered];
  return (name.marked ? MARK : "") + fields.join(".");
}

/** Whether a name fits, and every name that it may get later; `room`: bytes (`LONGEST_NAME` without a prefix). */
export function fitsForLife(name: TrashName, room: number): boolean {
  const since = name.since === name.taken ? name.since + 1 : name.since;
  return formatTrashName({ ...name, since, marked: true, conflicted: true, returned: true }).length <= room;
}

function timesOf({ taken, since }: TrashName): string {
  const [first, second] = [String(Math.round(taken)), String(Math.round(since))];
  return first === second ? first : `${first}-${second}`;
}

/** Null where the text is not such a name: then it is unknown, and left alone. */
export function parseTrashName(text: string, spelling: Spelling = () => null): TrashName | null {
  const marked = text.startsWith(MARK);
  const fields = (marked ? text.slice(MARK.length) : text).split(".");
  const [first = "", times = "", nonce = "", ruling = "", ...rest] = fields;
  const numbering = (rest.length === 1 && first.startsWith(HASHED) ? rest[0] : rest[1]) ?? "1of1";
  const rule = TRASH_RULES.find((one) => one === ruling.replace(/=?~?$/, ""));
  const numbered = /^([1-9]\d{0,3})of([1-9]\d{0,3})(?:\+(ref|record))?$/.exec(numbering);
  const moments = /^(\d{1,16})(?:-(\d{1,16}))?$/.exec(times);
  if (rule === undefined || numbered === null || moments === null || !/^[0-9a-f]{8}$/.test(nonce)) return null;
  const taken = Number(moments[1]);
  const since = Number(moments[2] ?? moments[1]);
  if (taken > END_OF_TIME || since > END_OF_TIME) return null;
  const [member, of] = [Number(numbered[1]), Number(numbered[2])];
  if (member > of) return null;
  const life = { marked, taken, since, nonce, rule, conflicted: ruling.endsWith(CONFLICTED), member, of };
  const spelled = spelledIn(first, rest, (hash) => spelling({ nonce, member, of, hash }));
  if (spelled === null || spelled.entryId === "" || spelled.store === "" || !isPlace(spelled.place)) return null;
  const name: TrashName = {
    ...life,
    ...spelled,
    ...(ruling.includes(RETURNED) ? { returned: true } : {}),
    ...asOf(numbered[3]),
  };
  // A name that differs from what we would have written is not ours.
  return formatTrashName(name) === text ? name : null;
}

function asOf(text: string | undefined): Pick<TrashName, "as"> {
  return text === "ref" || text === "record" ? { as: text } : {};
}

/** What the first field and those after the rule say; where that is a hash, what it stands for. */
function spelledIn(
  first: string,
  rest: readonly string[],
  spelling: (hash: string) => Spelled | null,
): (Spelled & Pick<TrashName, "hash">) | null {
  const hash = first.slice(HASHED.length);
  if (first.startsWith(HASHED) && rest.length === 1) {
    const spelled = /^[0-9a-f]{32}$/.test(hash) ? spelling(hash) : null;
    return spelled === null ? null : { ...spelled, hash };
  }
  if (rest.length !== 1 && rest.length !== 3) return null;
  const [entryId, store, place] = [first, rest[0] ?? "", rest[2] ?? first].map(decode);
  if (entryId === null || store === null || place === null) return null;
  return entryId === undefined || store === undefined || place === undefined ? null : { entryId, store, place };
}

/** The common part of all members of one entry, constant while it is in the trash. */
export function trashId({ entryId, taken, nonce }: Pick<TrashName, "entryId" | "taken" | "nonce">): string {
  return `${entryId}.${Math.round(taken)}.${nonce}`;
}

/**
 * Whether a typed id names an item. Its time is not compared: names that an older version wrote lost the first time
 * when their retention began again, and the nonce alone is unique.
 */
export function isTrashId(typed: string, id: string): boolean {
  return typed === id || withoutTime(typed) === withoutTime(id);
}

function withoutTime(id: string): string {
  return id.replace(/\.\d{1,16}(?=\.[0-9a-f]{8}$)/, "");
}

function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[.~!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function decode(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    // URIError: an invalid percent sequence.
    return null;
  }
}

/** A place is below the base: a forged name must not lead a restore elsewhere. */
export function isPlace(place: string): boolean {
  return (
    place !== "" &&
    !place.includes("\0") &&
    place.split("/").every((part) => part !== "" && part !== "." && part !== "..")
  );
}
