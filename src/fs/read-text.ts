/** Reads a user's settings file: through symlinks (dotfile managers create them), otherwise with the same care. */
import { errnoOf, messageOf } from "../errors.ts";
import { bytePath, realPath } from "./syscalls.ts";
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
