/** The judgement of entries that are more than their agent keeps: by all that is in them, however young they are. */
import { type JudgeContext, judgeAll } from "./judge.ts";
import type { Judged } from "./model/judgement.ts";
import { mayBeBeyond } from "./plan/entry-limit.ts";
import { isCollected, type Request } from "./plan/request.ts";

/** The same judgements, with those read whole. */
export async function withBeyond(
  judged: readonly Judged[],
  context: JudgeContext,
  request: Request,
  claims: boolean,
): Promise<readonly Judged[]> {
  const { settings } = context;
  const isAsked = (one: Judged): boolean => isCollected(one.entry.store, settings, request) && mayBeBeyond(one);
  const entries = judged.filter(isAsked).map(({ entry }) => entry);
  if (entries.length === 0) return judged;
  const whole = await judgeAll(entries, context, { walk: "all", included: request.include }, claims);
  const again = new Map(whole.map((one) => [one.entry, one]));
  return judged.map((one) => again.get(one.entry) ?? one);
}
