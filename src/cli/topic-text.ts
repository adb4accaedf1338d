/** The text of a help topic, and of the snippets in it: what is shown and what is printed is the same. */
import { fileURLToPath } from "node:url";
import { GcError } from "../errors.ts";
import { decodeUtf8, readSmall } from "../fs/read-small.ts";
import { bytePath } from "../fs/syscalls.ts";

/** A generous limit: the longest topic has a tenth of it. */
const LIMIT = 256 * 1024;

/** `name`: one of TOPICS. Throws `internal` where its file cannot be read. */
export function topicText(name: string): string {
  const path = fileURLToPath(new URL(`./help/${name}.md`, __DIST__));
  const file = readSmall(bytePath(path), LIMIT);
  const text = file.kind === "bytes" ? decodeUtf8(file.bytes) : null;
  if (text === null) throw broken(`the help topic ${name} cannot be read: ${path}`);
  return text;
}

/** The code between the marks of this name, with a line end. */
export function snippetIn(text: string, name: string): string {
  const code = new RegExp(`<!-- snippet:${name} -->\n\`\`\`\\w*\n([^]*?\n)\`\`\``).exec(text)?.[1];
  if (code === undefined) throw broken(`there are no lines for ${name}`);
  return code;
}

function broken(message: string): GcError {
  return new GcError("internal", message, { hint: "Install checkpoint-gc again." });
}
