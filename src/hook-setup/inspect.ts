/** What is at the places of a hook. Reads, and changes nothing. */
import { isDeepStrictEqual } from "node:util";
import type { HookPlace } from "../agents/hook-site.ts";
import { type ExactText, readExactText } from "../fs/read-text.ts";
import { commandText, isOurs, splitCommand, startedBy } from "./command.ts";
import { Refusal } from "../config/node-range.ts";
import { openList } from "./list-document.ts";
import { ownLineIn, ownText } from "./own-file.ts";

/**
 * `outdated`: as it was written, by another version or for another program. `changed`: ours, and edited since. `foreign`: a file of
 * this name that is not ours. `unreadable`: it cannot be read, or not be edited.
 */
export type HookState = "missing" | "installed" | "outdated" | "changed" | "foreign" | "unreadable";

export interface FoundHook {
  readonly place: HookPlace;
  readonly state: HookState;
  /** What it starts; null where that cannot be known. */
  readonly argv: readonly string[] | null;
  /** Why it is unreadable, changed or foreign. */
  readonly message: string | null;
  /** The text of the file; null: there is none. */
  readonly text: string | null;
  /** Of an entry in its list. */
  readonly index: number | null;
}

/** `argv`: what an up to date hook runs. */
export function inspect(place: HookPlace, argv: readonly string[]): FoundHook {
  const file = readExactText(place.path);
  const none = { place, argv: null, message: null, text: null, index: null };
  switch (file.kind) {
    case "missing":
      return { ...none, state: "missing" };
    case "unreadable":
      return { ...none, state: "unreadable", message: file.message };
    case "text":
      return place.kind === "file" ? inspectFile(place, argv, file) : inspectEntry(place, argv, file);
  }
}

function inspectFile(
  place: Extract<HookPlace, { kind: "file" }>,
  argv: readonly string[],
  { text }: Extract<ExactText, { kind: "text" }>,
): FoundHook {
  const line = ownLineIn(text);
  const found = { place, argv: line?.argv ?? null, message: null, text, index: null };
  if (line === null) return { ...found, state: "foreign", message: "a file of this name is there already" };
  if (!line.intact) return { ...found, state: "changed", message: "it was changed after it was written" };
  return { ...found, state: text === ownText(place, argv) ? "installed" : "outdated" };
}

function inspectEntry(
  place: Extract<HookPlace, { kind: "entry" }>,
  argv: readonly string[],
  { text }: Extract<ExactText, { kind: "text" }>,
): FoundHook {
  const found = { place, argv: null, message: null, text, index: null };
  try {
    const { entries } = openList(text, place.list);
    const own = entries.flatMap((entry, index) => (commandsIn(entry).some(isOurs) ? [{ entry, index }] : []));
    const [first] = own;
    if (first === undefined) return { ...found, state: "missing" };
    if (own.length > 1) return { ...found, state: "changed", message: `it is there ${own.length} times` };
    const command = commandsIn(first.entry).find(isOurs) ?? "";
    const started = startedBy(splitCommand(command) ?? []);
    const seen = { ...found, argv: started, index: first.index };
    if (started === null || !isDeepStrictEqual(first.entry, place.entry(command))) {
      return { ...seen, state: "changed", message: "it was changed after it was written" };
    }
    return { ...seen, state: command === commandText(argv) ? "installed" : "outdated" };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { ...found, state: "unreadable", message: error.message };
  }
}

/** Every command in an entry, however deep. */
function commandsIn(value: unknown): readonly string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, each]: [string, unknown]) =>
    key === "command" && typeof each === "string" ? [each] : commandsIn(each),
  );
}
