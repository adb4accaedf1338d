/** How `status` begins: what can be freed of how much, then why it can and why the rest stays, and what is automatic. */
import { goesIfTaken } from "../model/judgement.ts";
import type { Plan } from "../model/plan.ts";
import { capitalized, number, size } from "./format.ts";
import { keptGroups } from "./kept.ts";
import { nextLines } from "./notices.ts";
import { counted } from "./nouns.ts";
import { command, type RenderContext, stylesOf, widthOf } from "./render-context.ts";
import { type Sum, sumOf } from "./sums.ts";
import { automaticPart, ruleGroups, trashPart } from "./summary.ts";
import { type KindsAt, optInAt } from "./growth.ts";
import { isRemoval, isScanned, removalsOf, scannedOf, tallyOf, type Tally } from "./totals.ts";
import { padStart, wrap } from "./width.ts";

const SIZE_WIDTH = 9;

/** `You can free 146.0 of 225.1 MB: 714 of 1,100 repos`, also repeated below a long list. */
export function headlineOf(plan: Plan, look: RenderContext, tally: Tally = tallyOf(plan)): readonly string[] {
  return wrap(headline(plan, tally, look), widthOf(look), look).map(stylesOf(look).bold);
}

/** None where there are no entries. */
export function headlineLines(plan: Plan, look: RenderContext, kindsAt: KindsAt): readonly string[] {
  if (plan.bases.every(({ entries, trash }) => entries.length + trash.length === 0)) return [];
  const tally = tallyOf(plan);
  const kept = keptGroups(tally);
  return [
    ...headlineOf(plan, look, tally),
    ...ruleGroups(plan, removalsOf(plan)).flatMap((group) => groupLines(group, look)),
    ...(kept.length === 0 ? [] : ["Kept:"]),
    ...kept.flatMap((group) => groupLines(group, look)),
    ...[...trashPart(tally), automaticPart(plan, tally, look)].flatMap((part) =>
      wrap(`${capitalized(part)}.`, widthOf(look), look),
    ),
    ...notCollected(plan, tally, look, kindsAt),
    "",
  ];
}

function headline(plan: Plan, { all, removals }: Tally, look: RenderContext): string {
  const scanned = scannedOf(plan);
  if (plan.bases.every(({ settingsError }) => settingsError !== undefined))
    return `Nothing can be freed until the settings are corrected: ${counted(scanned, look)}, ${sizeOf(all)}`;
  if (removals.count === 0) return `Nothing to free: ${counted(scanned, look)}, ${sizeOf(all)}`;
  const [free, total] = [sizeOf(removals), sizeOf(all)];
  // What another program left behind is not counted among the repos: it would be a part of something that it is not in.
  const rows = removalsOf(plan);
  if (!rows.every(isScanned)) return `You can free ${free}: ${counted(rows, look)}`;
  const [amount = "", unit] = free.split(" ");
  const isSameUnit = unit !== undefined && total.endsWith(` ${unit}`) && !total.startsWith("at least");
  return `You can free ${isSameUnit ? amount : free} of ${total}: ${number(removals.count)} of ${counted(scanned, look)}`;
}

function sizeOf({ count, bytes, unmeasured }: Sum): string {
  if (unmeasured === 0) return size(bytes);
  return unmeasured === count ? "unknown size" : `at least ${size(bytes)}`;
}

interface Group {
  readonly words: string;
  readonly sum: Sum;
}

function groupLines({ words, sum }: Group, look: RenderContext): readonly string[] {
  const bytes = sum.unmeasured === sum.count ? "?" : size(sum.bytes);
  const indent = SIZE_WIDTH + 2;
  const [first = "", ...rest] = wrap(words, widthOf(look) - indent, look);
  return [`${padStart(bytes, SIZE_WIDTH)}  ${first}`, ...rest.map((line) => " ".repeat(indent) + line)];
}

/**
 * Where most of what could be freed is of kinds that `collect` does not name: how much it is, and the commands that show
 * it, for an agent with all that is collected already, and for kinds that only `collect` can name.
 */
function notCollected(plan: Plan, { removals }: Tally, look: RenderContext, kindsAt: KindsAt): readonly string[] {
  const left = plan.bases.map((base) => ({
    base,
    rows: base.entries.filter((row) => !isRemoval(row) && goesIfTaken(row.ruling)),
  }));
  const more = sumOf(left.flatMap(({ rows }) => rows));
  if (more.bytes <= removals.bytes) return [];
  const flags = new Set<string>();
  for (const { base, rows } of left) {
    const there = new Set(rows.map(({ judged }) => judged.entry.store));
    const optIn = [...optInAt(base.ref, kindsAt)].filter((kind) => there.has(kind));
    if (optIn.length < there.size) flags.add(`--agent ${base.ref.agent}`);
    if (optIn.length > 0) flags.add(`--set collect=${[...base.settings.collect, ...optIn].join(",")}`);
  }
  return [
    ...wrap(`${sizeOf(more)} more could be freed of kinds that collect does not name.`, widthOf(look), look),
    ...[...flags].flatMap((flag) =>
      nextLines({ what: "To see it", how: command(`prune ${flag} --dry-run`, look) }, look),
    ),
  ];
}
