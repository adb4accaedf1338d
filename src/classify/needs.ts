/**
 * Whether an entry has to be walked whole before it can be judged. A recent time at one of the places that every use
 * touches settles the question of age; only what looks old, and what some rule may select anyway, costs a walk. Pure.
 */
import type { Inspection } from "../model/inspection.ts";
import type { Presence } from "../model/presence.ts";
import type { Rule } from "../model/reasons.ts";
import type { Settings } from "../model/settings.ts";
import { ageCutoff } from "./age.ts";

export interface Question {
  readonly settings: Settings;
  readonly now: number;
  /** Measure every entry, selected or not (`status`, `explain`). */
  readonly everything: boolean;
  /** Rules that have to be included by name, and were. */
  readonly included: readonly Rule[];
}

export function needsWalk(inspection: Inspection, presence: Presence, question: Question): boolean {
  if (question.everything) return true;
  const { reading } = inspection;
  if (presence.kind === "absent" && question.settings.delete_orphans && reading.kind !== "remains") return true;
  if (presence.kind === "unknown" && question.included.includes("unreachable")) return true;
  if (presence.kind !== "present" && question.included.includes("unreadable")) return true;
  if (reading.kind === "debris" && reading.after !== null) return true;
  if (inspection.duplicate !== undefined) return true;
  if (reading.kind === "unidentified" && question.included.includes("unidentified")) return true;
  return looksOld(inspection, question);
}

function looksOld({ touched, lastUse, ...inspection }: Inspection, { settings, now }: Question): boolean {
  const before = ageCutoff(inspection, settings, now);
  if (before === null) return false;
  const known = lastUse ?? touched;
  return known === null || known.at < before;
}
