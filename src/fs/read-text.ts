/** Reads a user's settings file: through symlinks (dotfile managers create them), otherwise with the same care. */
import { errnoOf, messageOf } from "../errors.ts";
import { bytePath, lstatOrNull, realPath, type Stat } from "./syscalls.ts";
import { decodeUtf8, readSmall } from "./read-small.ts";

export type TextFile =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "missing" }
  | { readonly kind: "unreadable"; readonly code: string; readonly message: string };

/** A configuration file has kilobytes. */
const LIMIT = 4 * 1024 * 1024;

export function readTextFile(path: string): TextFile {
  let real: string;
  try {
    real = realPath(path);
  } catch (error) {
    const code = errnoOf(error);
    if (code === null) throw error;
    return code === "ENOENT" ? { kind: "missing" } : { kind: "unreadable", code, message: messageOf(error) };
  }
  const file = readSmall(bytePath(real), LIMIT);
  switch (file.kind) {
    case "missing":
      return { kind: "missing" };
    case "not-a-file":
      return { kind: "unreadable", code: "EISDIR", message: "it is not a regular file" };
    case "too-large":
      return { kind: "unreadable", code: "EFBIG", message: `it has ${file.size} bytes, expected at most ${LIMIT}` };
    case "unreadable":
      return { kind: "unreadable", code: file.trouble.code, message: file.trouble.message };
    case "bytes": {
      const text = decodeUtf8(file.bytes);
      return text === null
        ? { kind: "unreadable", code: "EILSEQ", message: "it is not UTF-8" }
        : { kind: "text", text };
    }
  }
}

/** A file that is going to be edited: where it really is, and all of its text. */
export type ExactText =
  | { readonly kind: "text"; readonly text: string; readonly real: string; readonly stat: Stat }
  | { readonly kind: "missing" }
  /** Why, as the end of a sentence. */
  | { readonly kind: "unreadable"; readonly message: string };

/** Through symlinks, with a byte order mark. A file without any permission to write is not edited either. */
export function readExactText(path: string): ExactText {
  const unreadable = (message: string): ExactText => ({ kind: "unreadable", message });
  let real: string;
  try {
    if (lstatOrNull(bytePath(path)) === null) return { kind: "missing" };
    real = realPath(path);
  } catch (error) {
    const code = errnoOf(error);
    if (code === null) throw error;
    return unreadable(
      code === "ENOENT" ? "it is a symlink to something that is not there" : `it cannot be read (${code})`,
    );
  }
  const file = readSmall(bytePath(real), LIMIT);
  if (file.kind === "missing") return { kind: "missing" };
  if (file.kind === "not-a-file") return unreadable("it is not a regular file");
  if (file.kind === "too-large") return unreadable(`it has ${file.size} bytes, expected at most ${LIMIT}`);
  if (file.kind === "unreadable") return unreadable(`it cannot be read (${file.trouble.code})`);
  if ((file.stat.mode & 0o222) === 0) return unreadable("it is read-only");
  const text = decodeUtf8(file.bytes, { keepsMark: true });
  return text === null ? unreadable("it is not UTF-8") : { kind: "text", text, real, stat: file.stat };
}
