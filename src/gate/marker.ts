/**
 * `.last_prune`: when the last sweep was, as the agent that shares it writes it (`str(time.time())` of Python): epoch
 * seconds as text, like `1795178683.0369792`, without a newline.
 */
import { bytePath } from "../fs/syscalls.ts";
import { decodeUtf8, readSmall } from "../fs/read-small.ts";
import { writeAtomic } from "../fs/write-atomic.ts";
import { MARKER_NAME } from "../model/names.ts";

/** The state of the marker: `at` in ms. Everything that is not a plausible time is `unusable`, and counts as due. */
export type MarkerReading =
  | { readonly kind: "at"; readonly at: number }
  | { readonly kind: "missing" }
  | { readonly kind: "unusable"; readonly reason: string };

const MAX_BYTES = 4096;
const SECONDS = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

/** `directory`: the base where its agent shares the marker, else our state. */
export function readMarker(directory: string): MarkerReading {
  const file = readSmall(bytePath(`${directory}/${MARKER_NAME}`), MAX_BYTES);
  switch (file.kind) {
    case "missing":
      return { kind: "missing" };
    case "not-a-file":
      return { kind: "unusable", reason: "it is not a regular file" };
    case "too-large":
      return { kind: "unusable", reason: `it has ${file.size} bytes` };
    case "unreadable":
      return { kind: "unusable", reason: file.trouble.message };
    case "bytes": {
      const text = decodeUtf8(file.bytes);
      return text === null ? { kind: "unusable", reason: "it is not UTF-8" } : parseMarker(text);
    }
  }
}

export function parseMarker(text: string): MarkerReading {
  const trimmed = text.trim();
  const seconds = SECONDS.test(trimmed) ? Number(trimmed) : Number.NaN;
  if (!Number.isFinite(seconds)) return { kind: "unusable", reason: `it says ${JSON.stringify(trimmed.slice(0, 40))}` };
  return { kind: "at", at: seconds * 1000 };
}

/** Writes the marker through a temporary file in the state. Throws the errno. */
export function writeMarker(directory: string, state: string, now: number): void {
  writeAtomic(bytePath(`${directory}/${MARKER_NAME}`), String(now / 1000), bytePath(state));
}
