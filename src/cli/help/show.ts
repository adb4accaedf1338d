/** Prints a help topic; loaded only for one, so that `--help` loads commander alone. */
import { fileURLToPath } from "node:url";
import { GcError } from "../../errors.ts";
import { decodeUtf8, readSmall } from "../../fs/read-small.ts";
import { bytePath } from "../../fs/syscalls.ts";
import { output } from "../output.ts";
import { renderContextHere } from "../terminal.ts";
import { renderTopic } from "./render.ts";

/** A generous limit: the longest topic has a tenth of it. */
const LIMIT = 256 * 1024;

/** `name`: one of TOPICS. Throws `internal` where its file cannot be read. */
export function showTopic(name: string, color: boolean): void {
  const path = fileURLToPath(new URL(`./help/${name}.md`, __DIST__));
  const file = readSmall(bytePath(path), LIMIT);
  const text = file.kind === "bytes" ? decodeUtf8(file.bytes) : null;
  if (text === null) {
    throw new GcError("internal", `the help topic ${name} cannot be read: ${path}`, {
      hint: "Install checkpoint-gc again.",
    });
  }
  output.print(renderTopic(text, renderContextHere({ now: Date.now(), color, repeat: "" })));
}
