/**
 * A record in the trash: a JSON file with its exact text, and what is needed to put it back where it was.
 *
 *   {"version":1,"list":["sessions"],"field":"id","key":"...","digest":"...","before":[...],"after":[...],"lead":"\n  ",
 *    "trail":"","closing":"\n","text":"..."}
 */
import { createHash } from "node:crypto";
import { decodeUtf8 } from "../../fs/read-small.ts";
import type { SavedRecord } from "./edit.ts";

export function formatSaved({ list, ...record }: SavedRecord): string {
  const digest = textDigest(record.text);
  return `${JSON.stringify({ version: 1, list: list.path, field: list.field, digest, ...record })}\n`;
}

/** Of a record that was saved, as that of its bytes in the document. */
export function textDigest(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** Null where it is not whole: then nothing is put back from it. */
export function parseSaved(bytes: Buffer): SavedRecord | null {
  const text = decodeUtf8(bytes);
  const value = text === null ? null : parsed(text);
  return isSaved(value) && value.digest === textDigest(value.text)
    ? {
        list: { path: value.list, ...(value.field === undefined ? {} : { field: value.field }) },
        key: value.key,
        text: value.text,
        lead: value.lead,
        trail: value.trail,
        closing: value.closing,
        before: value.before,
        after: value.after,
      }
    : null;
}

interface Saved extends Omit<SavedRecord, "list"> {
  readonly version: 1;
  readonly list: readonly string[];
  readonly field?: string;
  readonly digest: string;
}

type Unchecked = Readonly<Record<keyof Saved, unknown>>;

function isSaved(value: unknown): value is Saved {
  if (!isObject(value)) return false;
  const { version, list, field, key, digest, before, after, lead, trail, closing, text } = value;
  const spaces = [lead, trail ?? "", closing].every((one) => typeof one === "string" && /^[ \t\r\n]*$/.test(one));
  const texts = [key, digest, text, field ?? ""].every((one) => typeof one === "string");
  return version === 1 && spaces && texts && [list, before, after].every(areTexts);
}

function isObject(value: unknown): value is Unchecked {
  return typeof value === "object" && value !== null;
}

function areTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((one) => typeof one === "string");
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // A SyntaxError: half a file.
    return null;
  }
}
