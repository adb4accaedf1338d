/** The ruling for every entry of a base under one request, and the order of removal. Pure. */
import type { Judged, Ruling } from "../model/judgement.ts";
import type { PlannedTrash } from "../model/trash.ts";
import type { CooperativeTask } from "../model/steps.ts";
import { overCapRuling } from "./entry-limit.ts";
import { type PlanContext, pathOf, holdInputOf, trashKey } from "./plan-context.ts";
import { rule } from "./policies.ts";
import { removalOrder } from "./references.ts";
import { type Request, selectableOf } from "./request.ts";
import { mapCooperatively } from "./steps.ts";

export interface Rulings {
  readonly of: (judged: Judged) => Ruling;
  readonly order: readonly string[];
  readonly borrowers: ReadonlyMap<string, readonly string[]>;
}

/** `takes`: the paths that a limit removes where no other rule does. */
export function* rulingsOf(
  context: PlanContext,
  request: Request,
  trash: readonly PlannedTrash[],
  takes: ReadonlySet<string>,
): CooperativeTask<Rulings> {
  const { surveyed, settings, borrowers } = context;
  const alone = yield* mapCooperatively(surveyed.judged, (one): [string, Ruling] => [
    pathOf(one),
    ruled(one, null, null),
  ]);
  const free = new Map(alone);
  yield;
  const leaving = trash.filter((row) => row.action === "destroy").map(trashKey);
  const removed = [...free].filter(([, ruling]) => ruling.action === "remove").map(([path]) => path);
  // What the cap removes comes last, least recently used first, so that an interrupted run has removed the right ones.
  const capped = [...takes].filter((path) => free.get(path)?.rule === "over-cap");
  const going = [...removed.filter((path) => free.get(path)?.rule !== "over-cap"), ...capped];
  yield;
  const { order, held } = removalOrder([...leaving, ...going], borrowers);
  const leaverAround = enclosingIn(new Set(order));
  const of = (judged: Judged): Ruling => {
    const path = pathOf(judged);
    const [referencedBy, within] = [held.get(path) ?? null, leaverAround(path)];
    // A piece of a removed entry is not removed separately.
    const already = referencedBy === null && within === null ? free.get(path) : undefined;
    return already ?? ruled(judged, referencedBy, within);
  };
  return { of, order, borrowers };

  function ruled(judged: Judged, referencedBy: string | null, within: string | null): Ruling {
    const input = holdInputOf(context, judged, referencedBy, within, trash);
    const ruling = rule(judged, input, settings, request);
    const isAsked = request.selects === null || request.selects(selectableOf(judged));
    // What another rule selects or holds is left to it: the cap only chooses among the rest.
    return ruling.rule === null && isAsked && takes.has(pathOf(judged))
      ? overCapRuling(judged, input, settings, request)
      : ruling;
  }
}

/** Which of these contains a path, or null. */
export function enclosingIn(all: ReadonlySet<string>): (path: string) => string | null {
  // What is above a base is not asked for each of its entries: nothing shorter than the shortest of these is one of them.
  const shortest = [...all].reduce((length, one) => Math.min(length, one.length), Infinity);
  return (path) => {
    for (let at = path.lastIndexOf("/"); at > 0 && at >= shortest; at = path.lastIndexOf("/", at - 1)) {
      if (all.has(path.slice(0, at))) return path.slice(0, at);
    }
    return null;
  };
}
