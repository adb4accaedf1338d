// The first lines of status.

import { describe, expect, it } from "vitest";
import type { Plan, PlannedEntry } from "../../src/model/plan.ts";
import { headlineLines } from "../../src/report/headline.ts";
import { renderStatus } from "../../src/report/overview.ts";
import { columnsOf } from "../../src/report/width.ts";
import { hold, look, plannedBase, plannedEntry, planOf } from "./build.ts";

const MB = 1_000_000;
const id = (n: number): string => String(n).padStart(16, "0");
const lines = (plan: Plan, over = {}): string =>
  headlineLines(plan, look({ columns: 100, ...over }), () => []).join("\n");

/** An entry of a kind that `collect` does not name, and that would go if it did. */
function uncollected(n: number, kind: string, bytes: number): PlannedEntry {
  const made = plannedEntry({ id: id(n), bytes, holds: [hold("not-enabled")] });
  return { ...made, judged: { ...made.judged, entry: { ...made.judged.entry, store: kind } } };
}

describe("the headline", () => {
  it("says what can be freed of how much, then each reason with its size, then what is automatic", () => {
    const plan = planOf([
      plannedEntry({ id: id(1), bytes: 100 * MB }),
      plannedEntry({ id: id(2), bytes: 46 * MB }),
      plannedEntry({ id: id(3), bytes: 79 * MB, verdict: "live" }),
      plannedEntry({ id: id(4), bytes: MB, holds: [hold("busy")] }),
    ]);
    expect(lines(plan)).toBe(
      `You can free 146.0 of 226.0 MB: 2 of 4 repos
 146.0 MB  2 whose directory was deleted
Kept:
  79.0 MB  1 live
   1.0 MB  1 that git is working in
Automatic sweep: off, would remove 2.
`,
    );
  });

  it.each([
    ["units that differ", 500, 226 * MB, "You can free 500 B of 226.0 MB: 1 of 2 repos"],
    ["one unit", 20 * MB, 226 * MB, "You can free 20.0 of 246.0 MB: 1 of 2 repos"],
    ["what is not measured", 20 * MB, null, "You can free 20.0 MB of at least 20.0 MB: 1 of 2 repos"],
  ])("has sizes of %s", (_, gone, live, first) => {
    const plan = planOf([
      plannedEntry({ id: id(1), bytes: gone }),
      plannedEntry({ id: id(2), bytes: live, verdict: "live" }),
    ]);
    expect(lines(plan).split("\n")[0]).toBe(first);
  });

  it.each([
    ["alone", [], "You can free 500.0 MB: 1 temporary file"],
    ["beside a repo", [plannedEntry({ id: id(2), bytes: MB })], "You can free 501.0 MB: 2 entries"],
  ] as const)("does not count what was left behind among the repos: %s", (_, more, first) => {
    const left = plannedEntry({ id: id(1), bytes: 500 * MB, verdict: "debris", rule: "debris" });
    const { judged } = left;
    const temporary = { ...left, judged: { ...judged, entry: { ...judged.entry, store: "opencode-temporary" } } };
    const plan = planOf([temporary, ...more, plannedEntry({ id: id(3), bytes: 79 * MB, verdict: "live" })]);
    expect(lines(plan).split("\n")[0]).toBe(first);
  });

  it("says that nothing can be freed", () => {
    const plan = planOf([plannedEntry({ verdict: "live", bytes: MB })]);
    expect(lines(plan).split("\n")[0]).toBe("Nothing to free: 1 repo, 1.0 MB");
  });

  it.each([40, 60, 80])("fits into %i columns", (columns) => {
    const plan = planOf([
      uncollected(1, "hermes-store", 500 * MB),
      plannedEntry({ id: id(2), holds: [hold("reflog")] }),
    ]);
    for (const line of lines(plan, { columns }).split("\n")) expect(columnsOf(line)).toBeLessThanOrEqual(columns);
  });

  it("is repeated below a list that is longer than a window, and not below a short one", () => {
    const many = Array.from({ length: 30 }, (_, n) => plannedEntry({ id: id(n) }));
    const count = (plan: Plan): number => renderStatus(plan, look()).split("You can free").length - 1;
    expect(count(planOf(many))).toBe(2);
    expect(count(planOf(many.slice(0, 2)))).toBe(1);
  });
});

describe("what is of kinds that collect does not name", () => {
  const { settings } = plannedBase();
  const base = (entries: readonly PlannedEntry[]): Plan =>
    planOf([plannedBase({ entries, settings: { ...settings, collect: ["hermes-shadow"] } })]);

  it("is said with the command that shows it, where it is most of what can be freed", () => {
    const text = lines(base([uncollected(1, "hermes-store", 500 * MB), plannedEntry({ id: id(2), bytes: MB })]));
    expect(text).toContain("500.0 MB more could be freed of kinds that collect does not name.");
    expect(text).toContain("checkpoints prune --agent hermes --dry-run");
  });

  it("is not said where most of it is collected", () => {
    const text = lines(base([uncollected(1, "hermes-store", MB), plannedEntry({ id: id(2), bytes: 500 * MB })]));
    expect(text).not.toContain("more could be freed");
  });

  it("names what is collected already beside a kind that only collect can name", () => {
    const text = headlineLines(base([uncollected(1, "toy-sessions", 500 * MB)]), look(), () => [
      { kind: "toy-sessions", optIn: true },
    ]).join("\n");
    expect(text).toContain("checkpoints prune --set collect=hermes-shadow,toy-sessions --dry-run");
    expect(text).not.toContain("--agent");
  });
});
