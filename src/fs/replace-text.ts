/**
 * Replaces the text of a file of another program, at once: a reader sees the old text or the new one. A symlink stays, and what it leads to
 * is replaced; the mode and the owner stay as they are.
 */
import { GcError } from "../errors.ts";
import { readExactText } from "./read-text.ts";
import { bytePath } from "./syscalls.ts";
import { writeElsewhere } from "./write-atomic.ts";

/** `before`: the text that the change was made from; null: there was no file. Throws the errno, and where it has another text by now. */
export function replaceText(path: string, before: string | null, text: string): void {
  const file = readExactText(path);
  const isSame = file.kind === "text" ? file.text === before : file.kind === "missing" && before === null;
  if (!isSame) throw new GcError("state-unusable", "it was changed meanwhile: run the command again");
  if (file.kind !== "text") return writeElsewhere(bytePath(path), text, { mode: 0o600 });
  const { mode, uid, gid } = file.stat;
  return writeElsewhere(bytePath(file.real), text, { mode, owner: { uid, gid } });
}
