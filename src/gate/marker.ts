/**
 * `<base>/.last_prune`: when the last sweep was, shared with Hermes, which writes `str(time.time())`: epoch seconds as
 * text, like `1795178683.0369792`, without a newline.
 */
import { bytePath } from "../fs/door.ts";
import { decodeUtf8, readSmall } from "../fs/read-small.ts";
import { writeAtomic } from "../fs/write-atomic.ts";
import { MARKER_NAME } from "../model/names.ts";

/** What a look at the marker tells: `at` in ms. Everything that is no sane time is `unusable`, and that counts as due. */
export type MarkerReading =
  | { readonly kind: "at"; readonly at: number }
  | { readonly kind: "missing" }
  | { readonly kind: "unusable"; readonly why: string };

const LIMIT = 4096;
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

export function readMarker(base: string): MarkerReading {
  const file = readSmall(bytePath(`${base}/${MARKER_NAME}`), LIMIT);
  switch (file.kind) {
    case "missing":
      return { kind: "missing" };
    case "not-a-file":
      return { kind: "unusable", why: "it is no regular file" };
    case "too-large":
      return { kind: "unusable", why: `it has ${file.size} bytes` };
    case "unreadable":
      return { kind: "unusable", why: file.trouble.message };
    case "bytes": {
      const text = decodeUtf8(file.bytes);
      return text === null ? { kind: "unusable", why: "it is not UTF-8" } : parseMarker(text);
    }
  }
}

export function parseMarker(text: string): MarkerReading {
  const trimmed = text.trim();
  const seconds = NUMBER.test(trimmed) ? Number(trimmed) : Number.NaN;
  if (!Number.isFinite(seconds)) return { kind: "unusable", why: `it says ${JSON.stringify(trimmed.slice(0, 40))}` };
  return { kind: "at", at: seconds * 1000 };
}

/** Writes the marker through a temporary file in the state. Throws the errno. */
export function writeMarker(base: string, state: string, now: number): void {
  writeAtomic(bytePath(`${base}/${MARKER_NAME}`), String(now / 1000), bytePath(state));
}
