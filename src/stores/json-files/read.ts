/** Reads a file that holds one JSON object: bounded, and as strictly as the strictest of its readers would. */
import { isUtf8 } from "node:buffer";
import { type BytePath } from "../../fs/syscalls.ts";
import { readSmall, type SmallFile } from "../../fs/read-small.ts";
import type { IoError } from "../../model/entry.ts";
import { afterSpace, containerAt } from "../json-records/scan.ts";
import type { FileReason } from "./reasons.ts";

/** Members are its own, whatever they are called: read them by names that no object inherits. */
export type JsonObject = Readonly<Record<string, unknown>>;

export type ObjectReading = { readonly kind: "object"; readonly object: JsonObject } | NotRead;

export type NotRead =
  /** It is not one, so nothing in it counts. */
  | { readonly kind: "unusable"; readonly reason: FileReason }
  /** `ENOENT` where it is gone. */
  | { readonly kind: "unreadable"; readonly trouble: IoError };

/** Sessions with all that was said in them have some megabytes. */
const LIMIT: number = 32 << 20;

/** Throws no errno. */
export function readObject(path: BytePath, limit: number = LIMIT): ObjectReading {
  return readingOf(path, readSmall(path, limit));
}

/** What was read of a file, as an object. */
export function readingOf(path: BytePath, file: SmallFile): ObjectReading {
  return file.kind === "bytes" ? objectIn(file.bytes) : notRead(path, file);
}

/** Why nothing was read of it. */
export function notRead(path: string, file: Exclude<SmallFile, { readonly kind: "bytes" }>): NotRead {
  switch (file.kind) {
    case "missing":
      return { kind: "unreadable", trouble: { code: "ENOENT", message: `ENOENT: ${path} is gone`, path } };
    case "unreadable":
      return { kind: "unreadable", trouble: file.trouble };
    case "not-a-file":
      return { kind: "unusable", reason: "not-a-plain-file" };
    case "too-large":
      return { kind: "unusable", reason: "too-large" };
  }
}

/** Bytes that are one JSON object and nothing else. */
export function objectIn(bytes: Buffer): ObjectReading {
  const value = parsed(bytes);
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return { kind: "unusable", reason: "not-json" };
  if (repeatsKey(bytes)) return { kind: "unusable", reason: "repeated-key" };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- an object that is no array
  return { kind: "object", object: value as JsonObject };
}

/** Undefined where it is not JSON. A byte order mark is none, and what is not UTF-8 is never decoded to something else. */
function parsed(bytes: Buffer): unknown {
  if (!isUtf8(bytes)) return undefined;
  try {
    return JSON.parse(bytes.toString("utf8"));
  } catch (error) {
    // A RangeError: it is nested too deeply for the parser.
    if (error instanceof SyntaxError || error instanceof RangeError) return undefined;
    throw error;
  }
}

/** One program takes the first of two members of a name, one the last, and another refuses both. */
function repeatsKey(bytes: Buffer): boolean {
  const { items } = containerAt(bytes, afterSpace(bytes, 0));
  return new Set(items.map(({ key }) => key)).size < items.length;
}
