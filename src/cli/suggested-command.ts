/** Arguments and flags as they have to be repeated in the commands that text suggests. Pure. */
import type { SettingFlag } from "../config/flags.ts";
import { settingOf } from "../model/settings.ts";
import { textFromSize } from "../model/size.ts";
import { operands, shellWord } from "../report/paths.ts";
import type { PruneCall, Shared } from "./parse.ts";

/** The flags that make another command apply to the same places and settings. */
export function repeatOf({ agents, homes, bases, sets }: Shared): string {
  return [
    ...agents.map((agent) => `--agent ${shellWord(agent)}`),
    ...homes.map((home) => `--home ${shellWord(home)}`),
    ...bases.map((base) => `--base ${shellWord(base)}`),
    ...sets.map((set) => `--set ${shellWord(set)}`),
  ].join(" ");
}

/**
 * The agents and settings of one command line as arguments of another: settings by `--set`, and by flags with a name of
 * their own.
 */
export function repeatedArguments({ agents, sets, flags }: Shared): readonly string[] {
  const named = flags.filter(({ flag }) => !flag.startsWith("--set"));
  return [
    ...agents.flatMap((agent) => ["--agent", agent]),
    ...sets.flatMap((set) => ["--set", set]),
    ...named.flatMap(wordsOf),
  ];
}

/** `checkpoints prune` with every flag that narrows or widens the selection, and `more`; null where none does. */
export function suggestedPrune(
  { scan, typed, interactive }: PruneCall,
  { flags, sessions }: Shared,
  repeat: string,
  more: readonly string[] = [],
): string | null {
  const { first, last } = operands((scan.what ?? []).map(shellWord));
  const own = [
    ...(interactive ? ["-i"] : []),
    ...first,
    ...(scan.only === undefined ? [] : [`--only ${scan.only}`]),
    ...typed,
    ...(scan.include ?? []).map((verdict) => `--include ${verdict}`),
    ...(scan.disposal === "trash" ? ["--trash"] : []),
    ...(scan.saveTo === undefined ? [] : [`--to ${shellWord(scan.saveTo)}`]),
    ...flags.filter(({ flag }) => !flag.startsWith("--set")).flatMap(wordsOf),
  ];
  if (own.length === 0 && last.length === 0) return null;
  const parts = [`checkpoints ${sessions ? "sessions " : ""}prune`, ...own, repeat, ...more, ...last];
  return parts.filter((part) => part !== "").join(" ");
}

/** On a command line a size needs a unit. */
function wordsOf({ key, flag, value }: SettingFlag): readonly string[] {
  if (typeof value !== "number") return [flag];
  return [flag, settingOf(key).kind === "bytes" ? textFromSize(value) : String(value)];
}
