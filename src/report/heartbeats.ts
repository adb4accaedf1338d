/** When an agent last looked by itself whether there was something to do, though old sessions of that are removed. */
import type { PlannedBase } from "../model/plan.ts";
import { ago, moment, number } from "./format.ts";
import { iso, isoOrNull } from "./json-values.ts";
import type { RenderContext } from "./render-context.ts";
import { visible } from "./sanitize.ts";
import type { BaseDocument } from "./schema/run.ts";

type Known = Pick<PlannedBase, "entries" | "heartbeats">;

/** When the last one ran (ms), removed or not; null where none is known. */
function lastOf({ entries, heartbeats = [] }: Known): number | null {
  const there = entries.flatMap(({ judged }) => (judged.heartbeat === undefined ? [] : (judged.lastUsed?.at ?? [])));
  const all = [...there, ...heartbeats.map(({ at }) => at)];
  return all.length === 0 ? null : all.reduce((last, at) => Math.max(last, at));
}

/** `Heartbeats: the last ran 26 Nov 11:30 (30 minutes ago). Removed: 12, the last of 16 Nov 12:00: HEARTBEAT_OK` */
export function heartbeatLines(base: Known, look: RenderContext): readonly string[] {
  const last = lastOf(base);
  if (last === null) return [];
  const { heartbeats: removed = [] } = base;
  const [newest] = removed;
  const said = newest?.line ?? null;
  const gone =
    newest === undefined
      ? ""
      : ` Removed: ${number(removed.length)}, the last of ${moment(newest.at, look)}${said === null ? "" : `: ${visible(said, look)}`}`;
  return [`Heartbeats: the last ran ${moment(last, look)} (${ago(last, look)}).${gone}`];
}

export function heartbeatDocument(base: Known): BaseDocument["heartbeats"] {
  return {
    last: isoOrNull(lastOf(base)),
    removed: (base.heartbeats ?? []).map(({ id, at, removedAt, result, line }) => ({
      id,
      at: iso(at),
      removedAt: iso(removedAt),
      result,
      line,
    })),
  };
}
