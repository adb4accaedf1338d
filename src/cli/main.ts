/**
 * The command `checkpoints`, in full. Parses the command line, loads the one file that implements it, and sets the exit
 * code; `--help` and `--version` load nothing but commander.
 */
import { watchPipes } from "./output.ts";
import { createProgram, isPrinted } from "./program.ts";
import { commandNamed } from "./usage-errors.ts";

/** Followed by the shell, `--` and the shell's command line. Not in the help: only the completion scripts use it. */
const ASKED_BY_SHELL = "__complete";

/** `argv` without node and script. Sets `process.exitCode` and never throws. */
export async function main(argv: readonly string[] = process.argv.slice(2)): Promise<void> {
  const startedAt = Date.now();
  watchPipes();
  // Called by a shell at every Tab; the words that follow may look like options and must not be parsed as ours.
  if (argv[0] === ASKED_BY_SHELL) {
    const { complete } = await import("./completion/complete.ts");
    complete(argv.slice(1));
    return;
  }
  let code = 0;
  const words = helpFirst(argv);
  const program = createProgram(words, async (leaf, call) => {
    const run = await leaf.load();
    code = await run(call);
  });
  try {
    await program.parseAsync(words, { from: "user" });
  } catch (error) {
    if (!isPrinted(error)) {
      const { reportFailure } = await import("./failure.ts");
      const [json, verbose] = [has(argv, ["--json"]), has(argv, ["-v", "--verbose"])];
      code = reportFailure(error, { command: commandNamed(argv), json, verbose, startedAt, stopped: null });
    }
  }
  process.exitCode = code;
}

/** `--help prune` is `help prune`, as git has it; commander would show the help of all. */
function helpFirst(argv: readonly string[]): readonly string[] {
  const [first = "", second = "-"] = argv;
  return ["-h", "--help"].includes(first) && !second.startsWith("-") ? ["help", ...argv.slice(1)] : argv;
}

/** Searched in the raw words, because a line that cannot be parsed may still be read by a program. */
function has(argv: readonly string[], flags: readonly string[]): boolean {
  const end = argv.indexOf("--");
  return (end === -1 ? argv : argv.slice(0, end)).some((word) => flags.includes(word));
}
