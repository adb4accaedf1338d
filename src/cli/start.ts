/**
 * The entry point. `checkpoints auto` runs at every start of an agent and from timers, and usually nothing is due: that
 * is decided here with built-ins alone. Everything else loads the full command.
 */
import { isSwitchedOff } from "../gate/off-switch.ts";
import { findLocations, type Location } from "../agents/locations.ts";
import { type OtherBase, otherBases } from "../agents/other-bases.ts";
import { settingsFileOf } from "../locations/settings-file.ts";
import { isUpToDate } from "../hook/fast-path.ts";

/** `argv` without node and script. Sets `process.exitCode` and never throws. */
export async function main(argv: readonly string[] = process.argv.slice(2)): Promise<void> {
  if (hasNothingToDo(argv)) return;
  const { main: whole } = await import("./main.ts");
  await whole(argv);
}

/** Only for calls that print nothing where nothing is due; any other argument is left to commander. */
function hasNothingToDo([command, ...words]: readonly string[]): boolean {
  if (command !== "auto" || isSwitchedOff(process.env)) return false;
  let consented = false;
  const named: { home?: string; base?: string }[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at];
    const value = words[at + 1];
    if (word === "--opt-in") consented = true;
    else if (word === "--home" && value !== undefined) named.push({ home: value });
    else if (word === "--base" && value !== undefined) named.push({ base: value });
    else if (word !== "-q" && word !== "--quiet" && word !== "--no-color") return false;
    if (word === "--home" || word === "--base") at += 1;
  }
  return isUpToDate(placesIn(named), () => othersBeside(named), {
    now: Date.now(),
    consented,
    ownFile: settingsFileOf(process.env, process.platform),
  });
}

/** A home or base that is named is the only one. */
function othersBeside(named: readonly unknown[]): readonly OtherBase[] {
  return named.length > 0 ? [] : otherBases(process.env, null);
}

function placesIn(named: readonly { readonly home?: string; readonly base?: string }[]): readonly Location[] {
  try {
    return (named.length === 0 ? [{}] : named).flatMap((one) => findLocations(one, process.env));
  } catch {
    // An empty name is an error, which the full command reports.
    return [];
  }
}
