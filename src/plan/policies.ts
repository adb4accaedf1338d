/**
 * Which rule removes an entry. classify says what an entry is; a policy says whether a rule selects it. They are
 * evaluated in this order, and the first without holds removes it: an orphan that is also old may be removed by the
 * stale rule where the orphan rule is off or has a hold. Pure.
 */
import type { Judged, Ruling } from "../model/judgement.ts";
import type { Included, Rule } from "../model/reasons.ts";
import type { Settings } from "../model/settings.ts";
import { holdsOf, type HoldInput } from "./holds.ts";
import { type Request, selectableOf } from "./request.ts";

interface Policy {
  readonly rule: Rule;
  readonly wants: (judged: Judged, settings: Settings, request: Request) => boolean;
}

export const POLICIES: readonly Policy[] = [
  { rule: "orphan", wants: (judged, settings) => judged.verdict === "orphan" && settings.delete_orphans },
  { rule: "debris", wants: (judged) => judged.verdict === "debris" && judged.old },
  { rule: "stale", wants: (judged) => judged.old && judged.verdict !== "debris" },
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

function isUnreadable({ troubles, verdict, old, lastUsed }: Judged): boolean {
  return troubles.length > 0 && (verdict !== "live" || old || lastUsed === null);
}

function asked(verdict: Included, request: Request): boolean {
  return request.mode === "manual" && request.include.includes(verdict);
}

/** The ruling for one entry: the rule that removes it, or that would if nothing held it. */
export function rule(judged: Judged, input: HoldInput, settings: Settings, request: Request): Ruling {
  if (request.selects !== null && !request.selects(selectableOf(judged))) return KEPT;
  const wanting = POLICIES.filter((policy) => policy.wants(judged, settings, request))
    .map((policy) => policy.rule)
    .filter((name) => request.only === null || name === request.only);
  const rulings = wanting.map((name): Ruling => {
    const holds = holdsOf(judged, name, input, settings, request);
    return { rule: name, holds, action: holds.length === 0 ? "remove" : "keep" };
  });
  return rulings.find((ruling) => ruling.action === "remove") ?? rulings[0] ?? KEPT;
}

const KEPT: Ruling = { rule: null, holds: [], action: "keep" };
