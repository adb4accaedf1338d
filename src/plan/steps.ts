/**
 * A plan of ten thousand entries takes a tenth of a second. Whoever shares an event loop with others asks for it step by
 * step and lets them have their turn in between; the plan is the same. Pure.
 */

import type { Steps } from "../model/steps.ts";

/** `map`, with a step after each. */
export function* mapped<In, Out>(all: readonly In[], of: (one: In) => Out): Steps<Out[]> {
  const found: Out[] = [];
  for (const one of all) {
    found.push(of(one));
    yield;
  }
  return found;
}
