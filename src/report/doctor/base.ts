/** Checks of one base: whether it can be used, its settings, automatic runs, state, trash, disk, clock, growth. */
import type { BaseFacts, Check, StarterFacts } from "../../model/doctor.ts";
import type { BaseRef } from "../../model/home.ts";
import type { BaseError } from "../../model/plan.ts";
import { clockSentence, keepSentence } from "../notices.ts";
import { pathText, shellWord } from "../paths.ts";
import { command, type RenderContext } from "../render-context.ts";
import { visible } from "../sanitize.ts";
import { sizeRemedy, sizeWarning } from "../size-warning.ts";
import { days, list, number, size, sizePart } from "../format.ts";
import { automaticChecks } from "./automatic.ts";
import { fault, note, ok, warning } from "./check.ts";
import { growthChecks } from "./growth.ts";

/** Less than this, and neither a copy of a repo nor a bundle may have room. */
const LITTLE_ROOM = 2 ** 30;

export interface BaseContext {
  readonly starters: StarterFacts;
  readonly look: RenderContext;
}

type BaseCheck = (facts: BaseFacts, context: BaseContext) => readonly Check[];

/** In the order in which they are shown. */
const CHECKS: readonly BaseCheck[] = [
  settingsCheck,
  keepChecks,
  automaticChecks,
  stateCheck,
  trashChecks,
  diskCheck,
  clockCheck,
  growthChecks,
  sizeCheck,
];

export function baseChecks(facts: BaseFacts, context: BaseContext): readonly Check[] {
  const place = placeCheck(facts, context);
  // Of what cannot be read the rest is not known, and what is another user's only that user sees as it is.
  const isKnown = facts.error === null && (facts.obstacle?.owner ?? null) === null;
  const rest = isKnown ? CHECKS.flatMap((check) => check(facts, context)) : [];
  return [place, ...rest].map((check) => ({ ...check, base: facts.ref }));
}

function placeCheck({ ref, exists, error, owner, obstacle }: BaseFacts, { look }: BaseContext): Check {
  if (error !== null) return errorCheck("place", error, owner === null ? null : asOwner(owner, ref), look);
  if (obstacle !== null) {
    const where = pathText(obstacle.path, look);
    if (obstacle.code === "read-only")
      return fault("place", `${where} is on a read-only file system: nothing can be moved`, "Mount it for writing");
    return obstacle.owner === null
      ? fault("place", `${where} cannot be written to`, `chmod u+rwx ${shellWord(obstacle.path)}`)
      : fault("place", `${where} belongs to ${visible(nameText(obstacle.owner), look)}`, asOwner(obstacle.owner, ref));
  }
  return exists ? ok("place", "can be read and written to") : note("place", "not there");
}

function nameText(owner: string): string {
  return owner.replace(/^#/, "user ");
}

/** Where the home is looked for depends on who asks. */
function asOwner(owner: string, { named, path, home, agent }: BaseRef): string {
  const place = named === "base" ? `--base ${shellWord(path)}` : `--home ${shellWord(home)}`;
  return `sudo -u ${owner.startsWith("#") ? `'${owner}'` : owner} checkpoints doctor ${place} --agent ${agent}`;
}

function errorCheck(topic: string, { message, hint }: BaseError, fix: string | null, look: RenderContext): Check {
  return fault(topic, visible(message, look), fix ?? (hint === null ? null : visible(hint, look)));
}

function settingsCheck({ settings, settingsError, exists, state }: BaseFacts, { look }: BaseContext): readonly Check[] {
  if (settingsError !== null) {
    // Below the number of them, each mistake has a line.
    const mistakes = settingsError.message.split("\n").slice(1);
    if (mistakes.length === 0) return [errorCheck("settings", settingsError, null, look)];
    return mistakes.map((line) => fault("settings", visible(line.replace(/^- /, ""), look), null));
  }
  if (settings === null) return [];
  const origins = Object.values(settings.origins);
  const files = [...new Set(origins.flatMap((origin) => (origin.kind === "file" ? [origin.file] : [])))];
  const from = files.map((file) => pathText(file, look));
  const text = files.length === 0 ? "all as by default" : `from ${list(from)}`;
  return [exists || state !== null ? ok("settings", text) : note("settings", text)];
}

function keepChecks({ keepProblems }: BaseFacts, { look }: BaseContext): readonly Check[] {
  return keepProblems.map((problem) =>
    warning(
      "keep",
      keepSentence(problem, look),
      `Correct the pattern, or make ${pathText(problem.path, look)} available`,
    ),
  );
}

function stateCheck({ state, stateError, stateDamage }: BaseFacts, { look }: BaseContext): readonly Check[] {
  if (stateError !== null) return [errorCheck("state", stateError, null, look)];
  if (state === null) return [];
  const [first] = stateDamage;
  if (first === undefined) return [ok("state", pathText(state, look))];
  const file = pathText(`${state}/state.json`, look);
  const text =
    first === "all"
      ? `${file} is damaged: the runs in it are not in the history`
      : `${file} is damaged: ${list(stateDamage)} ${stateDamage.length === 1 ? "counts" : "count"} as not recorded`;
  return [warning("state", `${text}; the next run that records something writes it anew`, null)];
}

function trashChecks({ trash, settings }: BaseFacts, { starters, look }: BaseContext): readonly Check[] {
  if (trash === null || trash.count === 0) return [];
  const sum = `${number(trash.count)} in the trash${sizePart({ bytes: trash.bytes, count: trash.count, unmeasured: 0 })}`;
  const found: Check[] = [];
  if (trash.unfinished > 0) {
    const text = `${sum}: ${number(trash.unfinished)} half moved by a run that was killed; the next run finishes it`;
    found.push(warning("trash", text, command("prune", look)));
  }
  const isEmptied = starters.scheduled !== null && ["timer", "sweeps"].includes(starters.scheduled.kind);
  if (trash.expired > 0 && !isEmptied && !starters.hasHook) {
    const kept = days(settings?.values.trash_days ?? 0);
    const text = `${sum}: ${number(trash.expired)} for over ${kept}, and nothing is scheduled that deletes it`;
    found.push(warning("trash", text, command(`trash empty --older-than ${settings?.values.trash_days ?? 0}d`, look)));
  }
  return found.length === 0 ? [ok("trash", sum)] : found;
}

function diskCheck({ freeBytes, trash }: BaseFacts, { look }: BaseContext): readonly Check[] {
  if (freeBytes === null) return [];
  const text = `${size(freeBytes)} free on its disk`;
  if (freeBytes >= LITTLE_ROOM) return [ok("disk", text)];
  return [warning("disk", text, command((trash?.count ?? 0) > 0 ? "trash empty" : "prune", look))];
}

function clockCheck({ runs }: BaseFacts, { look }: BaseContext): readonly Check[] {
  const doubt = runs?.clockDoubt ?? null;
  if (doubt === null) return [];
  const step = "Set the clock; if it is right, a run a day after the first one with it goes on";
  return [warning("clock", clockSentence(doubt, look).replace(/\.$/, ""), step)];
}

function sizeCheck({ oversized }: BaseFacts, { look }: BaseContext): readonly Check[] {
  const text = oversized === null ? null : sizeWarning(oversized, look);
  if (oversized === null || text === null) return [];
  return [warning("size", text, sizeRemedy(oversized, look))];
}
