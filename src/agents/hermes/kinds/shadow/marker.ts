/**
 * `HERMES_WORKDIR`: the directory that a shadow repo holds snapshots of, as Hermes writes it: the path and a newline,
 * UTF-8.
 *
 * Read as untrusted data: bounded, regular files only, one line, absolute, normalized (Hermes records resolved paths,
 * so `..` or a trailing slash was not written by it).
 */
import { bytePath } from "../../../../fs/syscalls.ts";
import { decodeUtf8, readSmall } from "../../../../fs/read-small.ts";
import type { IoError } from "../../../../model/entry.ts";
import type { HermesReason } from "../../reasons.ts";

/** A path of Linux has at most 4,096 bytes; more than four times that is not a marker. */
const MARKER_LIMIT = 16 * 1024;

/** PATH_MAX of Linux less the terminating zero: no call takes a longer path, so its existence cannot be checked. */
const LONGEST_PATH = 4095;

/**
 * Text that is not the bytes of a name. Python writes a name that is not UTF-8 with a lone surrogate for each byte
 * (`"\udcff"` in JSON), and a lenient decoder leaves U+FFFD: the directory exists under other bytes, and is missing
 * under this text. A missing name is a deletion only where the name is known.
 */
const NO_BYTES = /[\p{Surrogate}\uFFFD]/u;

/** `paths`: what the text may mean, best first; more than one only where the name itself ends in white space. */
export type Claim =
  | { readonly kind: "paths"; readonly paths: readonly string[] }
  | { readonly kind: "absent" }
  | {
      readonly kind: "unusable";
      readonly reason: HermesReason;
      readonly text: string | null;
      readonly trouble: IoError | null;
    };

export function readMarker(repo: string): Claim {
  const path = `${repo}/HERMES_WORKDIR`;
  const file = readSmall(bytePath(path), MARKER_LIMIT);
  switch (file.kind) {
    case "missing":
      return { kind: "absent" };
    case "not-a-file":
      return unusable("marker-not-a-file");
    case "too-large":
      return unusable("marker-too-large");
    case "unreadable":
      return { kind: "unusable", reason: "marker-unreadable", text: null, trouble: file.trouble };
    case "bytes": {
      const text = decodeUtf8(file.bytes);
      return text === null ? unusable("marker-not-utf8") : claimOf(text);
    }
  }
}

/** The claim in a text, of the marker or of `core.worktree`. The decoder has removed a byte order mark. */
export function claimOf(text: string): Claim {
  // Python's str.strip() at the end, which is how Hermes reads it back.
  const stripped = text.replace(/[\s\x1c-\x1f\x85]+$/u, "");
  if (stripped === "") return unusable("marker-empty", text);
  // Evidence is shown and written: it must not contain what cannot be encoded.
  if (NO_BYTES.test(text)) return unusable("marker-not-utf8", stripped.replace(new RegExp(NO_BYTES, "gu"), "\uFFFD"));
  if (Buffer.byteLength(stripped) > LONGEST_PATH) return unusable("marker-too-large", stripped);
  if (/[\0\r\n]/.test(stripped)) return unusable("marker-not-one-line", stripped);
  if (!isAbsolute(stripped)) return unusable("marker-relative", stripped);
  if (!isNormal(stripped)) return unusable("marker-not-normal", stripped);
  // A directory whose own name ends in white space: only the newline is not part of it.
  const whole = text.replace(/\r?\n$/, "");
  const other = whole !== stripped && !/[\0\r\n]/.test(whole) ? [whole] : [];
  return { kind: "paths", paths: [stripped, ...other] };
}

/** POSIX, or a Windows drive. */
function isAbsolute(path: string): boolean {
  return path.startsWith("/") || /^[A-Za-z]:[\\/]/.test(path);
}

function isNormal(path: string): boolean {
  if (path === "/") return true;
  const parts = path.split(/[\\/]/).slice(1);
  if (!path.startsWith("/")) return parts.every((part) => part !== "." && part !== "..");
  return path
    .slice(1)
    .split("/")
    .every((part) => part !== "" && part !== "." && part !== "..");
}

function unusable(reason: HermesReason, text: string | null = null): Claim {
  return { kind: "unusable", reason, text, trouble: null };
}
