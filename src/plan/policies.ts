/**
 * Which rule removes an entry. classify says what an entry is; a policy says whether a rule selects it. They are
 * evaluated in this order, and the first without holds removes it: an orphan that is also old may be removed by the
 * stale rule where the orphan rule is off or has a hold. Pure.
 */
import type { Judged, Ruling } from "../model/judgement.ts";
import { AGE_RULES, type Included, type Rule } from "../model/reasons.ts";
import type { Settings } from "../model/settings.ts";
import { holdsOf, type HoldInput } from "./holds.ts";
import { latestOf } from "./latest.ts";
import { type Request, selectableOf } from "./request.ts";

interface Policy {
  readonly rule: Rule;
  readonly wants: (judged: Judged, settings: Settings, request: Request) => boolean;
}

export const POLICIES: readonly Policy[] = [
  { rule: "orphan", wants: (judged, settings) => judged.verdict === "orphan" && settings.delete_orphans },
  { rule: "debris", wants: (judged) => judged.verdict === "debris" && judged.old && judged.reason !== "empty" },
  { rule: "empty", wants: (judged) => judged.verdict === "debris" && judged.old && judged.reason === "empty" },
  { rule: "stale", wants: (judged) => isUnused(judged) && judged.expiry === undefined },
  { rule: "superseded", wants: (judged) => isUnused(judged) && judged.expiry?.rule === "superseded" },
  // A kind that counts the newest goes by both: old, and not among them (the hold `latest`).
  { rule: "keep-latest", wants: (judged, settings) => isExpired(judged) && latestOf(judged, settings) > 0 },
  { rule: "expired", wants: (judged, settings) => isExpired(judged) && latestOf(judged, settings) === 0 },
  {
    rule: "unreachable",
    wants: (judged, _, request) => judged.verdict === "unreachable" && asked("unreachable", request),
  },
  {
    rule: "unidentified",
    wants: (judged, _, request) => judged.verdict === "unidentified" && asked("unidentified", request),
  },
  // What every earlier rule holds because it could not be fully read. Not an entry that exists and was used recently.
  { rule: "unreadable", wants: (judged, _, request) => isUnreadable(judged) && asked("unreadable", request) },
];

function isUnused({ old, verdict }: Judged): boolean {
  return old && verdict !== "debris";
}

function isExpired(judged: Judged): boolean {
  return isUnused(judged) && judged.expiry?.rule === "expired";
}

function isUnreadable({ troubles, verdict, old, lastUsed }: Judged): boolean {
  return troubles.length > 0 && (verdict !== "live" || old || lastUsed === null);
}

function asked(verdict: Included, request: Request): boolean {
  return request.mode === "manual" && request.include.includes(verdict);
}

/** Where the stale rule alone is asked for, so are the other rules by age. */
function isAllowed(name: Rule, only: Rule | null): boolean {
  return only === null || name === only || (only === "stale" && AGE_RULES.some((rule) => rule === name));
}

/** The ruling for one entry: the rule that removes it, or that would if nothing held it. */
export function rule(judged: Judged, input: HoldInput, settings: Settings, request: Request): Ruling {
  if (request.selects !== null && !request.selects(selectableOf(judged))) return KEPT;
  const wanting = POLICIES.filter((policy) => policy.wants(judged, settings, request))
    .map((policy) => policy.rule)
    .filter((name) => isAllowed(name, request.only));
  const rulings = wanting.map((name): Ruling => {
    const holds = holdsOf(judged, name, input, settings, request);
    return { rule: name, holds, action: holds.length === 0 ? "remove" : "keep" };
  });
  return rulings.find((ruling) => ruling.action === "remove") ?? rulings[0] ?? KEPT;
}

const KEPT: Ruling = { rule: null, holds: [], action: "keep" };
