// Where the space is, by kind, at the end of `status`.
import { expect, it } from "vitest";
import type { PlannedEntry } from "../../src/model/plan.ts";
import { renderStatus } from "../../src/report/overview.ts";
import { baseRef, hold, look, plannedBase, plannedEntry, planOf } from "./build.ts";

const MB = 1_000_000;
const NOT_ENABLED = [hold("not-enabled", { by: "x" })];

function of(kind: string, bytes: number, over: Parameters<typeof plannedEntry>[0] = {}): PlannedEntry {
  const entry = plannedEntry({ bytes, ...over });
  return { ...entry, judged: { ...entry.judged, entry: { ...entry.judged.entry, store: kind } } };
}

const HERMES = plannedBase({
  entries: [of("hermes-shadow", 20 * MB), of("hermes-shadow", 3 * MB, { verdict: "live" })],
});
const OPENCODE = plannedBase({
  ref: { ...baseRef(), agent: "opencode", path: "/home/ann/.local/share/opencode/snapshot" },
  entries: [
    of("opencode-snapshots", 900 * MB, { verdict: "stale", holds: [hold("undo-deletes"), ...NOT_ENABLED] }),
    of("opencode-snapshots", 100 * MB, { holds: NOT_ENABLED }),
    of("opencode-temporary", 5 * MB, { verdict: "debris", rule: "debris", holds: NOT_ENABLED }),
    of("opencode-ancient", 5 * MB, { holds: NOT_ENABLED }),
  ],
});

function shown(bases: Parameters<typeof planOf>[0], columns = 120): readonly string[] {
  const kindsAt = (): readonly { kind: string; optIn?: boolean }[] => [
    { kind: "opencode-snapshots" },
    { kind: "opencode-ancient", optIn: true },
  ];
  const lines = renderStatus(planOf(bases), look({ columns }), { kindsAt }).split("\n");
  const at = lines.indexOf("Where the space is");
  return at === -1 ? [] : lines.slice(at + 1, lines.indexOf("", at));
}

it("has a line for each kind, the largest first, with what would come free and the command for it", () => {
  expect(shown([HERMES, OPENCODE])).toEqual([
    "KIND                   SIZE  COUNT  CAN BE FREED  BY",
    "opencode-snapshots   1.0 GB      2      100.0 MB  checkpoints prune --agent opencode",
    "hermes-shadow       23.0 MB      2       20.0 MB  checkpoints prune",
    "opencode-ancient     5.0 MB      1        5.0 MB  checkpoints prune --set collect=opencode-ancient",
    "opencode-temporary   5.0 MB      1        5.0 MB  checkpoints prune --agent opencode",
  ]);
});

it("says the same in a narrow terminal", () => {
  expect(shown([HERMES, OPENCODE], 60)).toEqual([
    "opencode-snapshots: 1.0 GB, 2; can be freed: 100.0 MB",
    "  (checkpoints prune --agent opencode)",
    "hermes-shadow: 23.0 MB, 2; can be freed: 20.0 MB",
    "  (checkpoints prune)",
    "opencode-ancient: 5.0 MB, 1; can be freed: 5.0 MB",
    "  (checkpoints prune --set collect=opencode-ancient)",
    "opencode-temporary: 5.0 MB, 1; can be freed: 5.0 MB",
    "  (checkpoints prune --agent opencode)",
  ]);
});

it("is left out for a single agent, of which the totals tell", () => {
  expect([shown([HERMES]), shown([OPENCODE])]).toEqual([[], []]);
});
