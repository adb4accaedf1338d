/** A warning about a directory of sessions that is larger than its agent's own check allows, and what makes it smaller. */
import type { PlannedBase } from "../model/plan.ts";
import { count, number, size } from "./format.ts";
import { pathText } from "./paths.ts";
import type { RenderContext } from "./render-context.ts";
import { sumOf } from "./sums.ts";

/** Null: it is not, or its agent has no such check. */
export function sizeWarning({ ref, entries }: PlannedBase, look: RenderContext): string | null {
  const limit = look.sizeLimits?.[ref.agent];
  if (limit === undefined) return null;
  const all = sumOf(entries);
  const files = entries.reduce((sum, { judged }) => sum + judged.entry.members.length, 0);
  if (files <= limit.files && all.bytes <= limit.bytes) return null;
  const where = pathText(ref.path, look);
  const many = `${where} has ${count(files, "file")}, ${size(all.bytes)}: more than ${number(limit.files)} files or ${size(limit.bytes)}`;
  const old = sumOf(entries.filter(({ judged }) => judged.old));
  if (old.count === 0)
    return `${many}. Nothing in it is old enough to be removed; the agent's own settings say when it is`;
  return `${many}. To remove ${number(old.count)} that ${old.count === 1 ? "is" : "are"} old, ${size(old.bytes)}: checkpoints sessions prune --agent ${ref.agent}`;
}
