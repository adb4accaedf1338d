/**
 * Where text goes: results to stdout, everything else to stderr. A reader that closes the pipe (`| head -1`) is not an
 * error, and must not stop a run in the middle of a removal: later output is dropped. A full disk must not stop it
 * either; that is reported, and the run ends with 1.
 */
import { errnoOf, messageOf } from "../errors.ts";

export interface Output {
  readonly print: (text: string) => void;
  readonly say: (text: string) => void;
}

/** Why results could not be written; null where they could, or where the reader closed the pipe. */
let trouble: string | null = null;

/** Call once per process, before the first write. */
export function watchPipes(): void {
  process.stdout.on("error", noteTrouble);
  // The terminal is gone, so there is no place for a message.
  process.stderr.on("error", () => undefined);
  // Checked here because an asynchronous write may fail after the run has ended.
  process.once("exit", (code) => {
    if (trouble === null) return;
    output.say(`checkpoints: the results could not be written: ${trouble}\n`);
    if (code === 0) process.exitCode = 1;
  });
}

export const output: Output = {
  print(text) {
    try {
      process.stdout.write(text);
    } catch (error) {
      // Writes to a regular file are synchronous and throw.
      noteTrouble(error);
    }
  },
  say(text) {
    try {
      process.stderr.write(text);
    } catch {
      // As above: there is no place for a message.
    }
  },
};

function noteTrouble(error: unknown): void {
  if (errnoOf(error) !== "EPIPE") trouble ??= messageOf(error);
}
