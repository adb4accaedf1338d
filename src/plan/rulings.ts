/** What becomes of every entry of a base under one request, and in which order those that go may go. Pure. */
import type { Judged, Ruling } from "../model/judgement.ts";
import type { PlannedTrash } from "../model/plan.ts";
import type { Steps } from "../model/steps.ts";
import { capRuling } from "./cap.ts";
import { type Context, pathOf, standingOf, trashKey } from "./circumstances.ts";
import { rule } from "./policies.ts";
import { removalOrder } from "./references.ts";
import { type Request, selectableOf } from "./request.ts";
import { mapped } from "./steps.ts";

export interface Rulings {
  readonly of: (judged: Judged) => Ruling;
  readonly order: readonly string[];
  readonly borrowers: ReadonlyMap<string, readonly string[]>;
}

/** `takes`: the paths that the cap takes where no other rule does. */
export function* rulingsOf(
  context: Context,
  request: Request,
  trash: readonly PlannedTrash[],
  takes: ReadonlySet<string>,
): Steps<Rulings> {
  const { surveyed, settings, borrowers } = context;
  const alone = yield* mapped(surveyed.judged, (one): [string, Ruling] => [pathOf(one), ruled(one, null, null)]);
  const free = new Map(alone);
  yield;
  const leaving = trash.filter((row) => row.action === "destroy").map(trashKey);
  const removed = [...free].filter(([, ruling]) => ruling.action === "remove").map(([path]) => path);
  // What the cap takes comes last, least recently used first: a run that is interrupted has not taken the wrong ones.
  const capped = [...takes].filter((path) => free.get(path)?.rule === "over-cap");
  const going = [...removed.filter((path) => free.get(path)?.rule !== "over-cap"), ...capped];
  yield;
  const { order, held } = removalOrder([...leaving, ...going], borrowers);
  const leavers = new Set(order);
  const of = (judged: Judged): Ruling => {
    const path = pathOf(judged);
    const [referencedBy, within] = [held.get(path) ?? null, around(path, leavers)];
    // A piece of what goes is no row of its own then.
    const already = referencedBy === null && within === null ? free.get(path) : undefined;
    return already ?? ruled(judged, referencedBy, within);
  };
  return { of, order, borrowers };

  function ruled(judged: Judged, referencedBy: string | null, within: string | null): Ruling {
    const standing = standingOf(context, judged, referencedBy, within);
    const ruling = rule(judged, standing, settings, request);
    const isAsked = request.selects === null || request.selects(selectableOf(judged));
    // Whatever another rule wants or holds is not for the cap: only what nothing else wants is in its choice.
    return ruling.rule === null && isAsked && takes.has(pathOf(judged))
      ? capRuling(judged, standing, settings, request)
      : ruling;
  }
}

/** Which of these has the path in it, or null. */
export function around(path: string, all: ReadonlySet<string>): string | null {
  if (all.size === 0) return null;
  for (let at = path.lastIndexOf("/"); at > 0; at = path.lastIndexOf("/", at - 1)) {
    if (all.has(path.slice(0, at))) return path.slice(0, at);
  }
  return null;
}
