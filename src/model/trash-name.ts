/**
 * The names of isolated members. A name alone says what it is, where it goes back to, since when it is there and by
 * which rule, so that the rename is a sufficient record on a disk that has no room for another.
 *
 *   <id>.<taken>[-<since>].<nonce>.<rule>[=][~].<store>[.<k>of<n>[+ref].<place>]  `~`: it could not go back once
 *   ~<the same>                                                            marked: it can only be finished
 *
 * `taken` and `since` are ms since the epoch: when it was moved here, and, where its period started again after that,
 * from when on it counts. The id that people see is made of what never changes, `<id>.<taken>.<nonce>`: one that was
 * shown stays valid whatever becomes of the period.
 * `id`, `store` and `place` are percent-encoded, dots included. Member and place are left out where there is one member
 * and its place is its id. `+ref`: the file holds what was a git ref at that place; `=`: the ref was put back, at `since`, and this
 * is a copy of its history (reclaim/methods/move-ref.ts says for how long). Version 1.0.0 does not know such a name, and
 * leaves the file alone.
 */
import type { MemberKind } from "./entry.ts";
import { TRASH_RULES, type TrashRule } from "./plan.ts";

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
}

/** Percent-encoding leaves no tilde in an id, so no other name begins with one. */
const MARK = "~";

/** What follows the rule. */
const RETURNED = "=";
const CONFLICTED = "~";

/** The last time that a date can represent (ECMA-262, "Time Values"). */
const END_OF_TIME = 8.64e15;

/** Common file systems support no longer name (NAME_MAX). */
export const LONGEST_NAME = 255;

export function formatTrashName(name: TrashName): string {
  const head = [
    encode(name.entryId),
    timesOf(name),
    name.nonce,
    `${name.rule}${name.returned === true ? RETURNED : ""}${name.conflicted ? CONFLICTED : ""}`,
    encode(name.store),
  ];
  const simple = name.of === 1 && name.place === name.entryId && name.as === undefined;
  const kind = name.as === undefined ? "" : `+${name.as}`;
  const tail = simple ? [] : [`${name.member}of${name.of}${kind}`, encode(name.place)];
  return (name.marked ? MARK : "") + [...head, ...tail].join(".");
}

function timesOf({ taken, since }: TrashName): string {
  const [first, second] = [String(Math.round(taken)), String(Math.round(since))];
  return first === second ? first : `${first}-${second}`;
}

/** Null where the text is not such a name: then it is unknown, and left alone. */
export function parseTrashName(text: string): TrashName | null {
  const marked = text.startsWith(MARK);
  const fields = (marked ? text.slice(MARK.length) : text).split(".");
  if (fields.length !== 5 && fields.length !== 7) return null;
  const [id = "", times = "", nonce = "", ruling = "", store = "", member = "1of1", place = id] = fields;
  const rule = TRASH_RULES.find((one) => one === ruling.replace(/=?~?$/, ""));
  const numbered = /^([1-9]\d{0,3})of([1-9]\d{0,3})(\+ref)?$/.exec(member);
  const moments = /^(\d{1,16})(?:-(\d{1,16}))?$/.exec(times);
  if (rule === undefined || numbered === null || moments === null || !/^[0-9a-f]{8}$/.test(nonce)) return null;
  const taken = Number(moments[1]);
  const since = Number(moments[2] ?? moments[1]);
  const decoded = [id, store, place].map(decode);
  const [entryId, kind, where] = decoded;
  if (entryId === undefined || kind === undefined || where === undefined) return null;
  if (entryId === null || kind === null || where === null) return null;
  if (entryId === "" || kind === "" || !isPlace(where)) return null;
  if (taken > END_OF_TIME || since > END_OF_TIME) return null;
  if (Number(numbered[1]) > Number(numbered[2])) return null;
  const name: TrashName = {
    marked,
    entryId,
    taken,
    since,
    nonce,
    rule,
    conflicted: ruling.endsWith(CONFLICTED),
    ...(ruling.includes(RETURNED) ? { returned: true } : {}),
    store: kind,
    member: Number(numbered[1]),
    of: Number(numbered[2]),
    place: where,
    ...(numbered[3] === undefined ? {} : { as: "ref" as const }),
  };
  // A name that differs from what we would have written is not ours.
  return formatTrashName(name) === text ? name : null;
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
