/** A base whose settings have mistakes: what they would keep is not known, so everything is kept. Pure. */
import type { Ruling } from "../model/judgement.ts";
import type { BaseError, PlannedBase } from "../model/plan.ts";
import type { Hold } from "../model/reasons.ts";
import type { Settings } from "../model/settings.ts";

/** What a base is judged by then: whether directories exist, and no limit by age or size. */
export function withoutLimits(defaults: Settings): Settings {
  return { ...defaults, retention_days: 0, max_size: 0 };
}

/** Everything in it stays, whatever was decided. */
export function keptWhole(base: PlannedBase, settingsError: BaseError): PlannedBase {
  return {
    ...base,
    settingsError,
    uncollectable: [],
    entries: base.entries.map((row) => ({
      ...row,
      ruling: held(row.ruling),
      sweep: held(row.sweep),
      steps: [],
      after: [],
    })),
    trash: base.trash.map((row) => ({ ...row, action: "keep", reason: "settings-unknown" })),
  };
}

const HOLD: Hold = { code: "settings-unknown", until: null, by: null };

/** What no rule selects has nothing to be held from. */
function held({ rule, holds }: Ruling): Ruling {
  return rule === null ? { rule, holds, action: "keep" } : { rule, holds: [HOLD, ...holds], action: "keep" };
}
