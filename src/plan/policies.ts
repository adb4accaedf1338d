/**
 * Which rule takes an entry. classify says what an entry is; a policy says whether a rule wants it. They are asked in
 * this order, and the first whose holds are empty takes it: an orphan that is also old may go by the stale rule where
 * the orphan rule is off or holds it. Pure.
 */
import type { Judged, Ruling } from "../model/judgement.ts";
import type { Rule } from "../model/reasons.ts";
import type { Settings } from "../model/settings.ts";
import { holdsOf, type Standing } from "./holds.ts";
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
];

function asked(verdict: "unreachable" | "unidentified", request: Request): boolean {
  return request.mode === "by-hand" && request.include.includes(verdict);
}

/** What becomes of one entry: the rule that takes it, or that would if nothing held it. */
export function rule(judged: Judged, standing: Standing, settings: Settings, request: Request): Ruling {
  if (request.selects !== null && !request.selects(selectableOf(judged))) return KEPT;
  const wanting = POLICIES.filter((policy) => policy.wants(judged, settings, request))
    .map((policy) => policy.rule)
    .filter((name) => request.only === null || name === request.only);
  const rulings = wanting.map((name): Ruling => {
    const holds = holdsOf(judged, name, request.mode, standing, settings, request.now);
    return { rule: name, holds, action: holds.length === 0 ? "remove" : "keep" };
  });
  return rulings.find((ruling) => ruling.action === "remove") ?? rulings[0] ?? KEPT;
}

const KEPT: Ruling = { rule: null, holds: [], action: "keep" };
