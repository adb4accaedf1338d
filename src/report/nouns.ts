/** What things are called when they are counted: repos where all of them are, entries where there are other kinds. */
import type { EntryResult, TrashResult } from "../model/result.ts";
import type { PlannedEntry, PlannedTrash } from "../model/plan.ts";
import { count } from "./words.ts";

/** Kinds of stores whose entries are git repos of their own, as a person sees them. */
const REPOS: ReadonlySet<string> = new Set(["hermes-shadow", "hermes-archive"]);

type Counted = PlannedEntry | PlannedTrash | EntryResult | TrashResult;

/** `1,104 repos`, `9 entries`; `adjective` comes before the noun. */
export function counted(rows: readonly Counted[], adjective = ""): string {
  const noun = rows.every((row) => REPOS.has(kindOf(row))) ? ["repo", "repos"] : ["entry", "entries"];
  const [one = "", many = ""] = noun.map((word) => adjective + word);
  return count(rows.length, one, many);
}

function kindOf(row: Counted): string {
  const planned = "planned" in row ? row.planned : row;
  return "item" in planned ? planned.item.store : planned.judged.entry.store;
}
