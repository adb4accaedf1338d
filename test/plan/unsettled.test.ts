// A base whose settings have mistakes is shown, and nothing in it is removed.

import { describe, expect, it } from "vitest";
import { DEFAULT_SETTINGS } from "../../src/model/settings.ts";
import { keptWhole, withoutLimits } from "../../src/plan/unsettled.ts";
import { hold, plannedBase, plannedEntry, plannedTrash } from "../report/build.ts";

const ERROR = { code: "settings-invalid", message: "keep in FILE is 7", hint: null };
const UNKNOWN = { code: "settings-unknown", until: null, by: null };

describe("a base whose settings have mistakes", () => {
  it("keeps what a rule selects, with the mistakes as the first hold, in both modes and without a step", () => {
    const removal = plannedEntry({ rule: "orphan" });
    expect(removal.ruling.action).toBe("remove");
    const base = keptWhole(plannedBase({ entries: [{ ...removal, after: ["/b/x"] }] }), ERROR);
    const ruling = { rule: "orphan", holds: [UNKNOWN], action: "keep" };
    expect(base.settingsError).toBe(ERROR);
    expect(base.entries[0]).toMatchObject({
      ruling,
      sweep: { action: "keep", holds: [UNKNOWN] },
      steps: [],
      after: [],
    });
  });

  it("keeps the other holds, and holds nothing that no rule selects", () => {
    const held = plannedEntry({ holds: [hold("busy")] });
    const live = plannedEntry({ rule: null });
    const { entries } = keptWhole(plannedBase({ entries: [held, live] }), ERROR);
    expect(entries.map(({ ruling }) => ruling.holds.map(({ code }) => code))).toEqual([
      ["settings-unknown", "busy"],
      [],
    ]);
  });

  it("keeps the trash as it is, also what would be put back or has begun to be deleted", () => {
    const trash = [
      plannedTrash({ action: "destroy", reason: "unfinished" }),
      plannedTrash({ action: "return", reason: "workdir-back" }),
    ];
    const base = keptWhole(plannedBase({ trash }), ERROR);
    expect(base.trash.map(({ action, reason }) => [action, reason])).toEqual([
      ["keep", "settings-unknown"],
      ["keep", "settings-unknown"],
    ]);
  });

  it("is judged without a limit by age or size, and otherwise as by default", () => {
    const limits = { ...DEFAULT_SETTINGS, max_size: 5 };
    expect(withoutLimits(limits)).toEqual({ ...DEFAULT_SETTINGS, retention_days: 0, max_size: 0 });
  });
});
