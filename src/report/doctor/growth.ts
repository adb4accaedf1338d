/** What grows without anything that makes it smaller. By number: sizes would take a walk of everything. */
import type { BaseFacts, Check } from "../../model/doctor.ts";
import type { ResolvedSettings } from "../../model/settings.ts";
import { count, number } from "../format.ts";
import { type Growing, growthOf, growthWords, switchOn } from "../growth.ts";
import type { RenderContext } from "../render-context.ts";
import { ok, warning } from "./check.ts";

/** Its entries are not measured. */
export function growingIn({ ref, kinds, usualKinds }: BaseFacts, { values }: ResolvedSettings): Growing {
  const sums = kinds.map(({ kind, count: many }) => ({ kind, count: many, bytes: 0 }));
  return { ref, settings: values, sums, usual: usualKinds, all: usualKinds };
}

export function growthChecks(facts: BaseFacts, { look }: { readonly look: RenderContext }): readonly Check[] {
  const { settings, kinds } = facts;
  if (settings === null || kinds.length === 0) return [];
  const base = growingIn(facts, settings);
  const growth = growthOf(base);
  if (growth === null) {
    const each = kinds.map(({ kind, count: many }) => `${number(many)} of ${kind}`);
    return [ok("growth", `${each.join(", ")} (for sizes: checkpoints status)`)];
  }
  const text = growthWords(growth, count(growth.count, "entry", "entries"));
  return [warning("growth", text, switchOn(base, growth.missing, look))];
}
