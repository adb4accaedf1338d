/** What is kept, as a part of the totals. */
import { number } from "./format.ts";
import { holdGroup } from "./sentences/holds.ts";
import type { Sum } from "./sums.ts";
import type { Apart, KeptGroup, Tally } from "./totals.ts";

/** What is said of a session instead of a directory: it is about none, and its file is not what its agent writes. */
export const UNREADABLE_SESSION = "that cannot be read as a session";

/** The order in which they are listed; a group that is left out does not compile. */
const KEPT_ORDER: Readonly<Record<Exclude<KeptGroup, Apart>, number>> = {
  "live": 0,
  "grace": 1,
  "busy": 2,
  "active": 3,
  "witness": 4,
  "latest": 5,
  "unsure-owner": 6,
  "unsupported": 7,
  "shared-layout": 8,
  "undo-deletes": 9,
  "unfinished": 10,
  "kept": 11,
  "referenced": 12,
  "checked-out": 13,
  "reflog": 14,
  "unreadable": 15,
  "restored": 16,
  "unverified": 17,
  "no-permission": 18,
  "read-only": 19,
  "lower-layer": 20,
  "not-enabled": 21,
  "within": 22,
  "unreachable": 23,
  "unidentified": 24,
  "unreadable-session": 25,
  "orphan-off": 26,
  "not-asked": 27,
  "settings-unknown": 28,
};

/** Entries that are kept for the same reason. */
export interface KeptSum {
  readonly group: KeptGroup;
  /** `200 live` */
  readonly words: string;
  readonly sum: Sum;
}

/** In a fixed order; what is no repo comes last. */
export function keptGroups({ kept }: Tally): readonly KeptSum[] {
  const orderOf = (group: KeptGroup): number => (isApart(group) ? Number.MAX_VALUE : KEPT_ORDER[group]);
  return [...kept]
    .map(([group, sum]) => ({ group, words: keptWords(group, sum.count), sum }))
    .toSorted((a, b) => orderOf(a.group) - orderOf(b.group));
}

/** What would go if this user could move it: `2 that this user cannot move`; null where there is none. */
export function obstructedSentence(tally: Tally): string | null {
  const groups = keptGroups(tally).filter(({ group }) => OBSTRUCTED.has(group));
  return groups.length === 0 ? null : groups.map(({ words }) => words).join(", ");
}

const OBSTRUCTED: ReadonlySet<KeptGroup> = new Set(["no-permission", "read-only", "lower-layer"]);

/** `kept 243: 200 live, 2 whose directory disappeared recently, ...`; null where none is kept. */
export function keptSentence(tally: Tally): string | null {
  const all = keptGroups(tally);
  const groups = all.filter(({ group }) => !isApart(group));
  const total = groups.reduce((so, { sum }) => so + sum.count, 0);
  const apart = all.filter(({ group }) => isApart(group)).map(({ words }) => words);
  const words = groups.map((group) => group.words);
  const together = words.length > 1 ? [`${number(total)}: ${words.join(", ")}`] : words;
  return together.length + apart.length === 0 ? null : `kept ${[...together, ...apart].join(", and ")}`;
}

function isApart(group: KeptGroup): group is Apart {
  return group === "debris" || group === "session-debris";
}

function keptWords(group: KeptGroup, many: number): string {
  switch (group) {
    case "live":
      return `${number(many)} live`;
    case "unreachable":
      return `${number(many)} whose directory is not reachable`;
    case "unidentified":
      return `${number(many)} whose directory is unknown`;
    case "unreadable-session":
      return `${number(many)} ${UNREADABLE_SESSION}`;
    case "session-debris":
      return many === 1 ? "1 file without a session in it" : `${number(many)} files without a session in them`;
    case "debris":
      return many === 1 ? "1 piece of a repo" : `${number(many)} pieces of repos`;
    case "orphan-off":
      return `${number(many)} deleted but delete_orphans is off`;
    case "not-asked":
      return `${number(many)} not selected`;
    default:
      return holdGroup(group, many);
  }
}
