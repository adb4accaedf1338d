/** The totals as a sentence that a person can say aloud, and the question that follows from it. */
import type { Plan, PlannedBase } from "../model/plan.ts";
import type { Rule } from "../model/reasons.ts";
import type { Look } from "./look.ts";
import { holdGroup } from "./sentences/holds.ts";
import { counted } from "./nouns.ts";
import type { Sum } from "./sums.ts";
import { removalsOf, scannedOf, tallyOf, trashOf, type KeptGroup, type Tally } from "./totals.ts";
import { count, days, list, moment, number, size, sizePart } from "./words.ts";

/**
 * `1,104 repos, 12.1 GB; prune would remove 861, 9.8 GB: 640 whose directory was deleted, 221 unused for over 7 days;
 * kept 243: ...; automatic sweep: off, would take 598`
 */
export function totalsSentence(plan: Plan, look: Look): string {
  const tally = tallyOf(plan);
  const kept = keptSentence(tally);
  const parts = [
    counted(scannedOf(plan)) + sizePart(tally.all),
    wouldRemove(plan, tally),
    ...(kept === null ? [] : [kept]),
    ...trashPart(tally),
    ...(plan.mode === "by-hand" ? [automaticPart(plan, tally, look)] : []),
  ];
  return parts.join("; ");
}

function wouldRemove(plan: Plan, tally: Tally): string {
  const { removals } = tally;
  const who = plan.mode === "by-hand" ? "prune" : "an automatic sweep";
  if (removals.count === 0) return `${who} would remove nothing`;
  const verb = plan.disposal === "trash" ? "move to the trash" : "remove";
  const groups = ruleGroups(plan, tally.removalsByRule);
  if (groups.length === 1) return `${who} would ${verb} ${groups[0] ?? ""}${sizePart(removals)}`;
  return `${who} would ${verb} ${number(removals.count)}${sizePart(removals)}: ${groups.join(", ")}`;
}

/** `640 whose directory was deleted`, ... in a fixed order. */
export function ruleGroups(plan: Plan, sums: ReadonlyMap<Rule, Sum>): readonly string[] {
  const rules: readonly Rule[] = ["orphan", "stale", "debris", "unreachable", "unidentified", "over-cap"];
  return rules.flatMap((rule) => {
    const sum = sums.get(rule);
    return sum === undefined || sum.count === 0 ? [] : [`${number(sum.count)} ${ruleWords(plan, rule)}`];
  });
}

function ruleWords(plan: Plan, rule: Rule): string {
  switch (rule) {
    case "orphan":
      return "whose directory was deleted";
    case "stale": {
      const retentions = new Set(plan.bases.map(({ settings }) => settings.retention_days));
      const [only] = retentions;
      return retentions.size === 1 && only !== undefined ? `unused for over ${days(only)}` : "unused for too long";
    }
    case "debris":
      return "left behind by another program";
    case "unreachable":
      return "whose directory is out of reach";
    case "unidentified":
      return "whose directory is unknown";
    case "over-cap":
      return "used the longest time ago, to stay below max_size";
  }
}

const KEPT_ORDER: readonly KeptGroup[] = [
  ...(["live", "grace", "busy", "kept", "referenced", "unreadable", "restored", "unverified"] as const),
  ...(["not-enabled", "within"] as const),
  ...(["unreachable", "unidentified", "orphan-off", "not-asked"] as const),
];

/** `kept 243: 200 live, 2 whose directory vanished recently, ...`; null where nothing is. */
export function keptSentence({ kept }: Tally): string | null {
  const total = [...kept].reduce((sum, [group, each]) => sum + (group === "debris" ? 0 : each.count), 0);
  const remains = kept.get("debris")?.count ?? 0;
  const apart = remains === 0 ? [] : [keptWords("debris", remains)];
  if (total === 0) return apart.length === 0 ? null : `kept ${apart.join("")}`;
  const groups = KEPT_ORDER.flatMap((group) => {
    const sum = kept.get(group);
    return sum === undefined ? [] : [keptWords(group, sum.count)];
  });
  const words = groups.length === 1 ? (groups[0] ?? "") : `${number(total)}: ${groups.join(", ")}`;
  return `kept ${[words, ...apart].join(", and ")}`;
}

function keptWords(group: KeptGroup, many: number): string {
  switch (group) {
    case "live":
      return `${number(many)} live`;
    case "unreachable":
      return `${number(many)} whose directory is out of reach`;
    case "unidentified":
      return `${number(many)} whose directory is unknown`;
    case "debris":
      return many === 1 ? "1 piece of a repo" : `${number(many)} pieces of repos`;
    case "orphan-off":
      return `${number(many)} deleted but delete_orphans is off`;
    case "not-asked":
      return `${number(many)} not asked for`;
    default:
      return holdGroup(group, many);
  }
}

function trashPart({ trash, trashToDestroy, trashToReturn }: Tally): readonly string[] {
  if (trash.count === 0) return [];
  const moves = [
    ...(trashToDestroy.count === 0
      ? []
      : [`${number(trashToDestroy.count)} due to go (${size(trashToDestroy.bytes)})`]),
    ...(trashToReturn.count === 0 ? [] : [`${number(trashToReturn.count)} to go back`]),
  ];
  const sum = `in the trash ${number(trash.count)}${sizePart(trash)}`;
  return [moves.length === 0 ? sum : `${sum}: ${moves.join(", ")}`];
}

function automaticPart(plan: Plan, { sweep }: Tally, look: Look): string {
  const on = plan.bases.filter(({ settings }) => settings.auto_prune);
  const take = sweep.count === 0 ? "would take nothing" : `would take ${number(sweep.count)}`;
  const [first] = on;
  if (first === undefined) return `automatic sweep: off, ${take}`;
  if (on.length < plan.bases.length) return `automatic sweep: on for ${on.length} of ${plan.bases.length}, ${take}`;
  return `automatic sweep: on, ${on.length === 1 ? `${dueWords(first, look)}, ` : ""}${take}`;
}

/** `due now`, `next 21 Nov 13:20` */
export function dueWords({ nextDue }: PlannedBase, look: Look): string {
  return nextDue === null || nextDue <= look.now ? "due now" : `next ${moment(nextDue, look)}`;
}

/**
 * `Delete 861 repos (9.8 GB; 221 of their directories still exist)? [d]elete for good / [t]rash for 7 days / [N]o`
 *
 * With `--trash` the answers are `[y]es / [N]o`; `[t]` is left out where the trash keeps nothing.
 */
export function question(plan: Plan): string {
  const tally = tallyOf(plan);
  const { removals, trashToDestroy } = tally;
  const period = trashPeriod(plan);
  const facts = [size(removals.bytes), ...directoryFact(tally), ...alwaysTrashFact(plan), ...unreadableFact(plan)];
  const expired =
    trashToDestroy.count === 0
      ? ""
      : ` and ${count(trashToDestroy.count, `${expiredWord(plan)}one`)} in the trash (${size(trashToDestroy.bytes)})`;
  if (removals.count === 0) return questionAboutTrash(tally, plan);
  const what = `${counted(removalsOf(plan))} (${facts.join("; ")})`;
  if (plan.disposal === "trash") {
    const also = expired === "" ? "" : `, and delete for good${expired.slice(" and".length)}`;
    return `Move ${what} to the trash${period === null ? "" : ` for ${period}`}${also}? [y]es / [N]o`;
  }
  return `Delete ${what}${expired}? [d]elete for good / ${period === null ? "" : `[t]rash for ${period} / `}[N]o`;
}

function questionAboutTrash({ trashToDestroy }: Tally, plan: Plan): string {
  const facts = [size(trashToDestroy.bytes), ...unreadableFact(plan)].join("; ");
  if (trashToDestroy.count > 0) {
    const doomed = trashOf(plan).filter(({ action }) => action === "destroy");
    return `Delete ${counted(doomed, expiredWord(plan))} in the trash (${facts})? [d]elete for good / [N]o`;
  }
  const returning = trashOf(plan).filter(({ action }) => action === "return");
  return `Put ${counted(returning)} from the trash back in place? [y]es / [N]o`;
}

/** What goes to stay below `max_size` has not expired. */
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

/** What nobody can tell the state of is never destroyed at once, whatever the answer. */
function alwaysTrashFact(plan: Plan): readonly string[] {
  if (plan.disposal === "trash") return [];
  const { removalsByRule } = tallyOf(plan);
  const many = (removalsByRule.get("unreachable")?.count ?? 0) + (removalsByRule.get("unidentified")?.count ?? 0);
  return many === 0 ? [] : [`${number(many)} only to the trash in any case`];
}

function unreadableFact(plan: Plan): readonly string[] {
  const many = plan.bases.reduce((sum, { unreadableBorrows }) => sum + unreadableBorrows.length, 0);
  return many === 0 ? [] : [`what other repos borrow is unknown: ${count(many, "file")} could not be read`];
}

/** Null where the trash keeps nothing. */
function trashPeriod(plan: Plan): string | null {
  const periods = [...new Set(plan.bases.map(({ settings }) => settings.trash_days))].filter((each) => each > 0);
  if (periods.length === 0) return null;
  return list(periods.toSorted((a, b) => a - b).map(days)).replace(" and ", " or ");
}
