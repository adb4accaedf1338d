/** The totals as a sentence, and the question that follows from it. */
import type { Plan, PlannedBase, PlannedEntry } from "../model/plan.ts";
import { isCopyOfRestored } from "../model/trash.ts";
import { type Rule, RULES } from "../model/reasons.ts";
import { settingsOfKind } from "../model/settings.ts";
import type { RenderContext } from "./render-context.ts";
import { keptSentence, UNREADABLE_SESSION } from "./kept.ts";
import { counted } from "./nouns.ts";
import { grouped, type Sum } from "./sums.ts";
import { removalsOf, scannedOf, staysInTrash, tallyOf, trashOf, type Tally } from "./totals.ts";
import { alternatives, count, days, moment, number, size, sizePart } from "./format.ts";

/**
 * `1,104 repos, 12.1 GB; prune would remove 861, 9.8 GB: 640 whose directory was deleted, 221 unused for over 7 days;
 * kept 243: ...; automatic sweep: off, would remove 598`
 */
export function totalsSentence(plan: Plan, look: RenderContext): string {
  const tally = tallyOf(plan);
  const kept = keptSentence(tally);
  // A dry run measures only what it would remove and what it needs to know: the sum of that is no total.
  const total = tally.all.unmeasured === 0 ? sizePart(tally.all) : "";
  const parts = [
    counted(scannedOf(plan), look) + total,
    wouldRemove(plan, tally),
    ...(kept === null ? [] : [kept]),
    ...trashPart(tally),
    ...(plan.mode === "manual" ? [automaticPart(plan, tally, look)] : []),
  ];
  return parts.join("; ");
}

function wouldRemove(plan: Plan, tally: Tally): string {
  const { removals } = tally;
  const command = plan.mode === "manual" ? "prune" : "an automatic sweep";
  if (removals.count === 0) return `${command} would remove nothing`;
  const [verb, where] = plan.disposal === "trash" ? ["move", " to the trash"] : ["remove", ""];
  const groups = ruleGroups(plan, removalsOf(plan)).map(({ words }) => words);
  if (groups.length === 1) return `${command} would ${verb} ${groups[0] ?? ""}${where}${sizePart(removals)}`;
  return `${command} would ${verb} ${number(removals.count)}${where}${sizePart(removals)}: ${groups.join(", ")}`;
}

/** Removals for the same reason. */
export interface RuleGroup {
  /** `640 whose directory was deleted` */
  readonly words: string;
  readonly sum: Sum;
}

/** In a fixed order. */
export function ruleGroups(plan: Plan, removals: readonly PlannedEntry[]): readonly RuleGroup[] {
  const stale = staleWords(plan);
  return RULES.flatMap((rule) => {
    const own = removals.filter(({ ruling }) => ruling.rule === rule);
    const groups = grouped(own, ({ judged }) =>
      rule === "stale" ? stale : ruleWords(plan, rule, judged.isSession === true),
    );
    return [...groups].map(([words, sum]) => ({ words: `${number(sum.count)} ${words}`, sum }));
  });
}

function overCapWords({ bases }: Pick<Plan, "bases">): string {
  const isSized = bases.some(({ settings }) => settings.max_size > 0);
  const isCounted = bases.some(({ entryLimits = [] }) => entryLimits.length > 0);
  if (isSized && isCounted) return "least recently used, over a limit";
  return isCounted ? "over the number that their agent keeps" : "least recently used, to get under max_size";
}

/** Kinds may have a retention of their own. */
function staleWords({ bases }: Pick<Plan, "bases">): string {
  const retentions = new Set(
    bases.flatMap(({ settings, entries }) =>
      entries
        .filter(({ ruling }) => ruling.rule === "stale")
        .map(({ judged }) => settingsOfKind(settings, judged.entry.store).retention_days),
    ),
  );
  const [only] = retentions;
  return retentions.size === 1 && only !== undefined ? `unused for over ${days(only)}` : "unused for too long";
}

function ruleWords(plan: Plan, rule: Exclude<Rule, "stale">, isSession: boolean): string {
  switch (rule) {
    case "orphan":
      return "whose directory was deleted";
    case "expired":
      return "that expired";
    case "keep-latest":
      return "that expired and are not among the newest";
    case "superseded":
      return "that newer ones replace";
    case "debris":
      return "left behind by another program";
    case "empty":
      return "that are empty";
    case "unreachable":
      return "whose directory is not reachable";
    case "unidentified":
      return isSession ? UNREADABLE_SESSION : "whose directory is unknown";
    case "unreadable":
      return "that could not be fully read";
    case "over-cap":
      return overCapWords(plan);
  }
}

/** A partially destroyed item has not been measured. */
function sizeOf({ count: many, bytes, unmeasured }: Sum): string {
  if (unmeasured === 0) return size(bytes);
  return unmeasured === many ? "size unknown" : `at least ${size(bytes)}`;
}

export function trashPart({ trash, trashToDestroy, trashToReturn }: Tally): readonly string[] {
  if (trash.count === 0) return [];
  const moves = [
    ...(trashToDestroy.count === 0 ? [] : [`${number(trashToDestroy.count)} to delete (${sizeOf(trashToDestroy)})`]),
    ...(trashToReturn.count === 0 ? [] : [`${number(trashToReturn.count)} to restore`]),
  ];
  const sum = `in the trash ${number(trash.count)}${sizePart(trash)}`;
  return [moves.length === 0 ? sum : `${sum}: ${moves.join(", ")}`];
}

export function automaticPart(plan: Plan, { sweep }: Tally, look: RenderContext): string {
  if (plan.bases.some(({ settingsError }) => settingsError !== undefined))
    return "automatic sweep: none until the settings are corrected";
  const on = plan.bases.filter(({ settings }) => settings.auto_prune);
  const take = sweep.count === 0 ? "would remove nothing" : `would remove ${number(sweep.count)}`;
  const [first] = on;
  if (first === undefined) return `automatic sweep: off, ${take}`;
  if (on.length < plan.bases.length) return `automatic sweep: on for ${on.length} of ${plan.bases.length}, ${take}`;
  return `automatic sweep: on, ${on.length === 1 ? `${dueWords(first, look)}, ` : ""}${take}`;
}

/** `due now`, `next 21 Nov 13:20` */
export function dueWords({ nextDue }: PlannedBase, look: RenderContext): string {
  return nextDue === null || nextDue <= look.now ? "due now" : `next ${moment(nextDue, look)}`;
}

/**
 * `Delete 861 repos (9.8 GB; 221 of their directories still exist)? [d]elete permanently / [t]rash for 7 days / [N]o`
 *
 * Where everything is moved to the trash, by `--trash` or by its rule, the answers are `[y]es / [N]o`; `[t]` is left
 * out where the trash keeps nothing.
 */
export function question(plan: Plan, look: RenderContext): string {
  const tally = tallyOf(plan);
  const { removals, trashToDestroy } = tally;
  const period = trashPeriod(plan);
  const toTrash = allToTrash(plan);
  const facts = [size(removals.bytes), ...directoryFact(tally), ...(toTrash ? [] : alwaysTrashFact(plan))];
  const expired =
    trashToDestroy.count === 0
      ? ""
      : ` and ${count(trashToDestroy.count, `${expiredWord(plan)}one`)} in the trash (${sizeOf(trashToDestroy)})`;
  if (removals.count === 0) return questionAboutTrash(tally, plan, look);
  const what = `${counted(removalsOf(plan), look)} (${facts.join("; ")})`;
  if (toTrash) {
    const also = expired === "" ? "" : `, and delete permanently${expired.slice(" and".length)}`;
    return `Move ${what} to the trash${period === null ? "" : ` for ${period}`}${also}? [y]es / [N]o`;
  }
  if (plan.saveTo !== undefined)
    return `Copy ${what} to the directory of --to, then delete them${expired}? [y]es / [N]o`;
  return `Delete ${what}${expired}? [d]elete permanently / ${period === null ? "" : `[t]rash for ${period} / `}[N]o`;
}

function questionAboutTrash({ trashToDestroy }: Tally, plan: Plan, look: RenderContext): string {
  const facts = [sizeOf(trashToDestroy), ...unreadableFact(plan)].join("; ");
  if (trashToDestroy.count > 0) {
    const doomed = trashOf(plan).filter((row) => row.action === "destroy" && !isCopyOfRestored(row));
    return `Delete ${counted(doomed, look, expiredWord(plan))} in the trash (${facts})? [d]elete permanently / [N]o`;
  }
  const returning = trashOf(plan).filter(({ action }) => action === "return");
  return `Restore ${counted(returning, look)} from the trash? [y]es / [N]o`;
}

/** An entry that is removed to stay below `max_size` has not expired. */
function expiredWord(plan: Plan): string {
  const early = trashOf(plan).some(({ action, reason }) => action === "destroy" && reason === "over-cap");
  return early ? "" : "expired ";
}

function directoryFact({ directoryThere, removals }: Tally): readonly string[] {
  if (directoryThere === 0) return [];
  if (removals.count === 1) return ["its directory still exists"];
  if (directoryThere === removals.count) return ["all of their directories still exist"];
  return [`${number(directoryThere)} of their directories still ${directoryThere === 1 ? "exists" : "exist"}`];
}

function allToTrash(plan: Plan): boolean {
  return plan.disposal === "trash" || removalsOf(plan).every(staysInTrash);
}

/** What is moved to the trash whatever the answer: entries of some rules, and the repos they borrow from. */
function alwaysTrashFact(plan: Plan): readonly string[] {
  if (plan.disposal === "trash") return [];
  const many = removalsOf(plan).filter(staysInTrash).length;
  return many === 0 ? [] : [`${number(many)} can only be moved to the trash`];
}

/** A borrower that cannot be read holds every entry, but not what `trash empty` names. */
function unreadableFact(plan: Plan): readonly string[] {
  const many = plan.bases.reduce((sum, { unreadableBorrows }) => sum + unreadableBorrows.length, 0);
  return many === 0 ? [] : [`what other repos borrow is unknown: ${count(many, "file")} could not be read`];
}

/** Null where the trash keeps nothing. */
function trashPeriod(plan: Plan): string | null {
  const periods = [...new Set(plan.bases.map(({ settings }) => settings.trash_days))].filter((each) => each > 0);
  if (periods.length === 0) return null;
  return alternatives(periods.toSorted((a, b) => a - b).map(days));
}
