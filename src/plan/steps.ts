/**
 * A plan of ten thousand entries takes a tenth of a second. In a host it is computed step by step, so that other work
 * gets its turn; the plan is the same. Pure.
 */

import type { CooperativeTask } from "../model/steps.ts";

/** `map`, with a step after each element. */
export function* mapCooperatively<In, Out>(all: readonly In[], of: (one: In) => Out): CooperativeTask<Out[]> {
  const found: Out[] = [];
  for (const one of all) {
    found.push(of(one));
    yield;
  }
  return found;
}
