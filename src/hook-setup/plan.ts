/** The steps of installing and removing a hook, as data: exactly the steps shown are carried out. */
import type { HookPlace } from "../agents/hook-site.ts";
import { namesOrNone } from "../fs/listing.ts";
import { bytePath } from "../fs/syscalls.ts";
import type { TimerStep } from "../schedule/steps.ts";
import { commandText } from "./command.ts";
import { linesChanged } from "./lines-changed.ts";
import { withEntry, withoutEntry } from "./edit-list.ts";
import type { FoundHook } from "./inspect.ts";
import { Refusal } from "../config/node-range.ts";
import { ownText } from "./own-file.ts";

export interface HookPlan {
  readonly steps: readonly TimerStep[];
  /** Why a place is left as it is. */
  readonly refused: string | null;
}

const NOTHING: HookPlan = { steps: [], refused: null };

export function installPlan(found: FoundHook, argv: readonly string[]): HookPlan {
  const { place, state } = found;
  if (state === "installed") return NOTHING;
  if (state !== "missing" && state !== "outdated") return refused(found);
  if (place.kind === "file")
    return { steps: [{ kind: "write", path: place.path, text: ownText(place, argv) }], refused: null };
  return edit(found, (text) => {
    const begun = found.index === null ? text : withoutEntry(text, place.list, found.index);
    return withEntry(begun, place.list, place.entry(commandText(argv)));
  });
}

/** What is missing, or not ours, is left as it is without a word. */
export function removePlan(found: FoundHook): HookPlan {
  const { place, state, index } = found;
  if (state === "changed" || (state === "unreadable" && place.kind === "entry")) return refused(found);
  if (state !== "installed" && state !== "outdated") return NOTHING;
  if (place.kind === "file")
    return { steps: [{ kind: "remove", path: place.path }, ...derivedSteps(place)], refused: null };
  return edit(found, (text) => withoutEntry(text, place.list, index ?? -1));
}

function edit(found: FoundHook, change: (text: string) => string): HookPlan {
  const { path } = found.place;
  try {
    const text = change(found.text ?? "");
    return {
      steps: [{ kind: "edit", path, before: found.text, text, shown: linesChanged(found.text ?? "", text) }],
      refused: null,
    };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return refused({ ...found, message: error.message });
  }
}

function refused({ place, message }: Pick<FoundHook, "place" | "message">): HookPlan {
  return { steps: [], refused: `${place.path}: ${message ?? "it cannot be used"}` };
}

/** What the program made of a file of ours. */
function derivedSteps({ derived }: Extract<HookPlace, { kind: "file" }>): readonly TimerStep[] {
  if (derived === undefined) return [];
  const names = namesOrNone(bytePath(derived.directory));
  const ours = names.filter((name) => name.startsWith(derived.prefix)).toSorted();
  const steps = ours.map((name): TimerStep => ({ kind: "remove", path: `${derived.directory}/${name}` }));
  return steps.length === 0 ? [] : [...steps, { kind: "tidy", path: derived.directory }];
}

/** What is written for a place; of an entry, a file that has nothing else. */
export function placeText(place: HookPlace, argv: readonly string[]): string {
  return place.kind === "file" ? ownText(place, argv) : withEntry("", place.list, place.entry(commandText(argv)));
}
