/** What is counted: repos where all of them are, entries where there are other kinds. */
import type { EntryResult, TrashResult } from "../model/result.ts";
import type { PlannedEntry, PlannedTrash } from "../model/plan.ts";
import { count } from "./format.ts";

/** Kinds of stores whose entries are separate git repos. */
const REPOS: ReadonlySet<string> = new Set(["hermes-shadow", "hermes-archive"]);

type CountedRow = PlannedEntry | PlannedTrash | EntryResult | TrashResult;

/** `1,104 repos`, `9 entries`; `adjective` comes before the noun. */
export function counted(rows: readonly CountedRow[], adjective = ""): string {
  const noun = rows.every((row) => REPOS.has(kindOf(row))) ? ["repo", "repos"] : ["entry", "entries"];
  const [one = "", many = ""] = noun.map((word) => adjective + word);
  return count(rows.length, one, many);
}

function kindOf(row: CountedRow): string {
  const planned = "planned" in row ? row.planned : row;
  return "item" in planned ? planned.item.store : planned.judged.entry.store;
}
