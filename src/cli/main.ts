/**
 * The command `checkpoints`, in full. Parses, loads the one file that does what was asked, and sets the exit code; `--help` and
 * `--version` load nothing but commander.
 */
import { watchPipes } from "./output.ts";
import { createProgram, isPrinted } from "./program.ts";
import { commandNamed } from "./usage-errors.ts";

/** Followed by a shell, `--` and what that shell tells of the line. No part of the help: only our scripts use it. */
const ASKED_BY_SHELL = "__complete";

/** `argv` without node and script. Sets `process.exitCode` and never throws. */
export async function main(argv: readonly string[] = process.argv.slice(2)): Promise<void> {
  const startedAt = Date.now();
  watchPipes();
  // What a shell asks at every Tab; its words may look like options, and are none of ours.
  if (argv[0] === ASKED_BY_SHELL) {
    const { complete } = await import("./completion/complete.ts");
    complete(argv.slice(1));
    return;
  }
  let code = 0;
  const program = createProgram(async (leaf, call) => {
    const run = await leaf.load();
    code = await run(call);
  });
  try {
    await program.parseAsync(argv, { from: "user" });
  } catch (error) {
    if (!isPrinted(error)) {
      const { reportFailure } = await import("./failure.ts");
      const [json, verbose] = [has(argv, ["--json"]), has(argv, ["-v", "--verbose"])];
      code = reportFailure(error, { command: commandNamed(argv), json, verbose, startedAt, stopped: null });
    }
  }
  process.exitCode = code;
}

/** Looked for among all words, because a line that cannot be parsed still has its readers. */
function has(argv: readonly string[], flags: readonly string[]): boolean {
  const end = argv.indexOf("--");
  return (end === -1 ? argv : argv.slice(0, end)).some((word) => flags.includes(word));
}
