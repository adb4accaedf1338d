/**
 * The names of isolated members. A name alone says what it is, where it goes back to, since when it is there and by
 * which rule, so that the rename is a sufficient record on a disk that has no room for another.
 *
 *   <id>.<ms since the epoch>.<nonce>.<rule>[~].<store>[.<k>of<n>[+ref].<place>]  `~`: it could not go back once
 *   ~<the same>                                                               marked: it can only be finished
 *
 * `id`, `store` and `place` are percent-encoded, dots included. Member and place are left out where there is one member
 * and its place is its id. `+ref`: the file holds what was a git ref at that place.
 */
import type { Taking } from "./entry.ts";
import type { TrashRule } from "./plan.ts";

export interface TrashName {
  readonly marked: boolean;
  readonly entryId: string;
  readonly since: number;
  /** Eight hex digits, the same for all members of one entry. */
  readonly nonce: string;
  readonly rule: TrashRule;
  readonly conflicted: boolean;
  readonly store: string;
  /** Which member of how many, from 1. */
  readonly member: number;
  readonly of: number;
  /** Path below the base. */
  readonly place: string;
  /** What it was, where it was no file or directory. */
  readonly as?: Taking;
}

/** Percent-encoding leaves no tilde in an id, so no name begins with one by itself. */
const MARK = "~";

/** The last moment that a date can name (ECMA-262, "Time Values"). */
const END_OF_TIME = 8.64e15;
const RULES: readonly TrashRule[] = ["orphan", "stale", "debris", "unreachable", "unidentified", "over-cap", "swapped"];

/** No file system here takes a longer one (NAME_MAX). */
export const LONGEST_NAME = 255;

export function formatTrashName(name: TrashName): string {
  const head = [
    encode(name.entryId),
    String(Math.round(name.since)),
    name.nonce,
    name.conflicted ? `${name.rule}~` : name.rule,
    encode(name.store),
  ];
  const simple = name.of === 1 && name.place === name.entryId && name.as === undefined;
  const kind = name.as === undefined ? "" : `+${name.as}`;
  const tail = simple ? [] : [`${name.member}of${name.of}${kind}`, encode(name.place)];
  return (name.marked ? MARK : "") + [...head, ...tail].join(".");
}

/** Null where the text is no name of ours: then nothing is known of it, and it is left alone. */
export function parseTrashName(text: string): TrashName | null {
  const marked = text.startsWith(MARK);
  const fields = (marked ? text.slice(MARK.length) : text).split(".");
  if (fields.length !== 5 && fields.length !== 7) return null;
  const [id = "", since = "", nonce = "", ruling = "", store = "", member = "1of1", place = id] = fields;
  const rule = RULES.find((one) => one === ruling.replace(/~$/, ""));
  const numbered = /^([1-9]\d{0,3})of([1-9]\d{0,3})(\+ref)?$/.exec(member);
  if (rule === undefined || numbered === null || !/^\d{1,16}$/.test(since) || !/^[0-9a-f]{8}$/.test(nonce)) return null;
  const decoded = [id, store, place].map(decode);
  const [entryId, kind, where] = decoded;
  if (entryId === undefined || kind === undefined || where === undefined) return null;
  if (entryId === null || kind === null || where === null) return null;
  if (entryId === "" || kind === "" || !isPlace(where) || Number(since) > END_OF_TIME) return null;
  if (Number(numbered[1]) > Number(numbered[2])) return null;
  const name: TrashName = {
    marked,
    entryId,
    since: Number(since),
    nonce,
    rule,
    conflicted: ruling.endsWith("~"),
    store: kind,
    member: Number(numbered[1]),
    of: Number(numbered[2]),
    place: where,
    ...(numbered[3] === undefined ? {} : { as: "ref" as const }),
  };
  // What we would not have written is not ours, however well it reads.
  return formatTrashName(name) === text ? name : null;
}

/** What all members of one entry share. */
export function trashId(name: TrashName): string {
  return `${name.entryId}.${name.since}.${name.nonce}`;
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
    // URIError, for a percent sign that encodes nothing.
    return null;
  }
}

/** A place is below the base: a name that somebody made up must not lead a restore elsewhere. */
function isPlace(place: string): boolean {
  return (
    place !== "" &&
    !place.includes("\0") &&
    place.split("/").every((part) => part !== "" && part !== "." && part !== "..")
  );
}
