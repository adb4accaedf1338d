/**
 * What an installed hook runs: a check in plain sh, and our command behind it. Node is not started while `next` of the base was
 * written within a day and after the files of settings; where Node or the command is gone nothing happens. It prints nothing and ends
 * at once, with 0: what it starts is in the background and has none of its pipes.
 */
import type { HookSite } from "../agents/hook-site.ts";
import { GcError } from "../errors.ts";
import { shellWord } from "../report/paths.ts";
import { UNWRITABLE } from "../schedule/program-path.ts";

/** Paths that survive an upgrade. */
export interface HookProgram {
  readonly node: string;
  readonly script: string;
}

const CHECK =
  'case "$(find "$1" -ctime -1 -exec ls -tcL "$2" "$3" {} + 2>/dev/null)" in "$1"*) ;; ' +
  '*) if [ -x "$4" ] && [ -e "$5" ]; then shift 3; "$@" </dev/null >/dev/null 2>&1 & fi ;; esac';

/** The name of the check in the list of processes, and how a command is known to be ours. */
const NAME = "checkpoint-gc-hook";

/** Where `next` is looked for if no one base tells for all. */
const NOWHERE = "/dev/null/next";

export function hookArgv(
  { gate, words }: Pick<HookSite, "gate" | "words">,
  { node, script }: HookProgram,
  { ownFile, optIn }: { readonly ownFile: string; readonly optIn: boolean },
): readonly string[] {
  const looked = [gate?.next ?? NOWHERE, gate?.settings ?? ownFile, ownFile];
  const auto = ["auto", "--detach", "--quiet", ...words, ...(optIn ? ["--opt-in"] : [])];
  const argv = ["/bin/sh", "-c", CHECK, NAME, ...looked, node, script, ...auto];
  const bad = argv.find((word) => UNWRITABLE.test(word));
  if (bad === undefined) return argv;
  throw new GcError("usage", `${JSON.stringify(bad)} cannot be written into a hook: expected no control characters`);
}

/** One line, which a shell and shlex take apart alike. */
export function commandText(argv: readonly string[]): string {
  return argv.map(shellWord).join(" ");
}

export function isOurs(command: string): boolean {
  return command.includes(` ${NAME} `);
}

/** What `commandText` was made of; null where it is written in another way. */
export function splitCommand(command: string): readonly string[] | null {
  const words = command.match(/(?:'[^']*'|\\'|[^\s'"\\])+/g) ?? [];
  const argv = words.map((word) =>
    word.replace(/'([^']*)'|\\(')/g, (_, quoted?: string, bare?: string) => quoted ?? bare ?? ""),
  );
  return commandText(argv) === command ? argv : null;
}

/** What a hook starts: Node, the command and its arguments, behind the check; null where that is not a check of ours. */
export function startedBy(argv: readonly string[]): readonly string[] | null {
  return argv[3] === NAME ? argv.slice(7) : null;
}

/** The paths without which it does nothing. */
export function programIn(started: readonly string[]): readonly string[] {
  return started.slice(0, 2);
}
