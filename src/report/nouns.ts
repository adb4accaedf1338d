/** What is counted: repos where all of them are, entries where they are called differently. */
import type { EntryResult, TrashResult } from "../model/result.ts";
import type { PlannedEntry } from "../model/plan.ts";
import type { PlannedTrash } from "../model/trash.ts";
import { count } from "./format.ts";
import type { RenderContext } from "./render-context.ts";

type CountedRow = PlannedEntry | PlannedTrash | EntryResult | TrashResult;

const ENTRY = ["entry", "entries"] as const;

/** `1,104 repos`, `9 entries`; `adjective` comes before the noun. */
export function counted(rows: readonly CountedRow[], { nouns = {} }: RenderContext, adjective = ""): string {
  const [usual = ENTRY] = Object.values(nouns);
  const first = rows[0];
  const noun = first === undefined ? usual : (nouns[kindOf(first)] ?? ENTRY);
  const isShared = rows.every((row) => nouns[kindOf(row)]?.[0] === noun[0]);
  const [one = "", many = ""] = (isShared ? noun : ENTRY).map((word) => adjective + word);
  return count(rows.length, one, many);
}

function kindOf(row: CountedRow): string {
  const planned = "planned" in row ? row.planned : row;
  return "item" in planned ? planned.item.store : planned.judged.entry.store;
}
