/**
 * Where text goes: results to stdout, all else to stderr. A reader that goes away (`| head -1`) is no failure, and must
 * not stop a run that removes things in the middle: what is written after that is dropped. A log on a full disk must
 * not stop it either; that is told, and the run ends with 1.
 */
import { errnoOf, messageOf } from "../errors.ts";

export interface Output {
  readonly print: (text: string) => void;
  readonly say: (text: string) => void;
}

/** Why results could not be written; null where they could, or nobody wanted them any more. */
let trouble: string | null = null;

/** Once a process, before the first write. */
export function watchPipes(): void {
  process.stdout.on("error", noteTrouble);
  // There is nobody left to tell.
  process.stderr.on("error", () => undefined);
  // Not earlier: a write fails after the run has ended.
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
      // A file is written at once, and throws.
      noteTrouble(error);
    }
  },
  say(text) {
    try {
      process.stderr.write(text);
    } catch {
      // As above: nobody left to tell.
    }
  },
};

function noteTrouble(error: unknown): void {
  if (errnoOf(error) !== "EPIPE") trouble ??= messageOf(error);
}
