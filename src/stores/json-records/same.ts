/** The last look at a document that is about to be written: nothing but what was meant is different. */
import { createErrnoError } from "../../errors.ts";
import { type JsonDocument, parseDocument } from "./document.ts";
import type { SavedRecord } from "./edit.ts";
import type { Item } from "./scan.ts";

/** What was meant. */
export type Change = { readonly without: ReadonlySet<string> } | { readonly with: SavedRecord };

/** Throws `EINVAL` where another record would not be the same byte by byte, in the same order, or what is around them. */
export function refuseOther(before: JsonDocument, bytes: Buffer, change: Change): void {
  const after = parseDocument(bytes, before.list);
  const taken = "without" in change ? change.without : new Set<string>();
  const added = "with" in change ? change.with : null;
  const kept = [...before.records].filter(([key]) => !taken.has(key));
  const others = [...after.records].filter(([key]) => key !== added?.key);
  const are = kept.length === others.length && kept.every((one, at) => isSame(before, one, after, others[at]));
  const own = added === null ? undefined : after.records.get(added.key);
  const isThere = added === null || (own !== undefined && bytes.toString("utf8", own.start, own.end) === added.text);
  if (!are || !isThere || before.unidentified !== after.unidentified || !sameAround(before, after))
    throw createErrnoError("EINVAL", "EINVAL: the document would lose more than the record");
}

function isSame(
  before: JsonDocument,
  [key, item]: [string, Item],
  after: JsonDocument,
  other?: [string, Item],
): boolean {
  return other?.[0] === key && part(before, item).equals(part(after, other[1]));
}

function part({ bytes }: JsonDocument, { start, end }: Item): Buffer {
  return bytes.subarray(start, end);
}

function sameAround(before: JsonDocument, after: JsonDocument): boolean {
  const [one, other] = [before.container, after.container];
  if (one === null || other === null) return false;
  const head = before.bytes.subarray(0, one.open + 1).equals(after.bytes.subarray(0, other.open + 1));
  return head && before.bytes.subarray(one.close).equals(after.bytes.subarray(other.close));
}
