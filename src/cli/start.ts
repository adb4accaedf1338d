/**
 * Where the command begins. `checkpoints auto` is called at every start of an agent and by timers, and usually nothing
 * is due: that is found out here, with built-ins alone. Everything else loads the command itself.
 */
import { isSwitchedOff } from "../hook/environment.ts";
import { type Place, placesOf } from "../hook/place.ts";
import { isSettled } from "../hook/settled.ts";

/** `argv` without node and script. Sets `process.exitCode` and never throws. */
export async function main(argv: readonly string[] = process.argv.slice(2)): Promise<void> {
  if (hasNothingToDo(argv)) return;
  const { main: whole } = await import("./main.ts");
  await whole(argv);
}

/** Only for calls that print nothing where nothing is due; a word that is not understood here is left to commander. */
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
  return isSettled(placesIn(named), Date.now(), consented);
}

function placesIn(named: readonly { readonly home?: string; readonly base?: string }[]): readonly Place[] {
  try {
    return (named.length === 0 ? [{}] : named).flatMap((one) => placesOf(one, process.env));
  } catch {
    // An empty name: the command says what is wrong with it.
    return [];
  }
}
