// When the last heartbeats ran, those that were removed among them: one line of status, and its JSON.

import { describe, expect, it } from "vitest";
import type { Heartbeat } from "../../src/model/inspection.ts";
import type { PlannedBase, PlannedEntry } from "../../src/model/plan.ts";
import type { RemovedHeartbeat } from "../../src/model/state.ts";
import { heartbeatDocument, heartbeatLines } from "../../src/report/heartbeats.ts";
import { renderPreview, renderStatus } from "../../src/report/overview.ts";
import { schemaOf } from "../../src/report/schema.ts";
import { DAY, HOUR, look, NOW, plannedBase, plannedEntry, planOf } from "./build.ts";
import { toJson } from "./to-json.ts";

const OK: Heartbeat = { result: "idle", line: "HEARTBEAT_OK" };

function removed(days: number, over: Partial<RemovedHeartbeat> = {}): RemovedHeartbeat {
  return { id: `agent:main:${days}:heartbeat`, at: NOW - days * DAY, removedAt: NOW - DAY, ...OK, ...over };
}

/** One that is there, used so many hours ago; null: its last use is not known. */
function there(hours: number | null): PlannedEntry {
  return plannedEntry({ usedAt: hours === null ? null : NOW - hours * HOUR, judged: { heartbeat: OK } });
}

function line(entries: readonly PlannedEntry[], heartbeats?: readonly RemovedHeartbeat[]): string | undefined {
  return heartbeatLines(plannedBase({ entries, ...(heartbeats === undefined ? {} : { heartbeats }) }), look())[0];
}

describe("the line about heartbeats", () => {
  it("says when the last one ran, of those that are there and of those that were removed", () => {
    expect(line([there(2), there(1), there(null)])).toBe("Heartbeats: the last ran 20 Nov 12:20 (1 hour ago).");
    expect(line([there(1)], [removed(9), removed(10)])).toBe(
      "Heartbeats: the last ran 20 Nov 12:20 (1 hour ago). Removed: 2, the last of 11 Nov 13:20: HEARTBEAT_OK",
    );
    expect(line([], [removed(9, { result: null, line: null })])).toBe(
      "Heartbeats: the last ran 11 Nov 13:20 (9 days ago). Removed: 1, the last of 11 Nov 13:20",
    );
  });

  it("is not there where no heartbeat is known", () => {
    expect(line([])).toBeUndefined();
    expect(line([plannedEntry({ usedAt: NOW })])).toBeUndefined();
    expect(line([there(null)])).toBeUndefined();
  });

  it("has nothing in it that a terminal would act on", () => {
    expect(line([], [removed(9, { line: "\u001b[31mred\u202e" })])).toContain(": \\x1b[31mred\\u202e");
  });

  it("is a line of status, and of no other view", () => {
    const plan = planOf([plannedBase({ entries: [there(1)], heartbeats: [removed(9)] })]);
    expect(renderStatus(plan, look())).toContain("\nHeartbeats: the last ran ");
    expect(renderPreview(plan, look(), { rows: "all", dryRun: true })).not.toContain("Heartbeats");
  });
});

it("the JSON has the last one and those that were removed, by its schema", () => {
  const base: PlannedBase = plannedBase({ entries: [there(1)], heartbeats: [removed(9)] });
  expect(heartbeatDocument(base)).toEqual({
    last: "2026-11-20T12:20:00.000Z",
    removed: [
      {
        id: "agent:main:9:heartbeat",
        at: "2026-11-11T13:20:00.000Z",
        removedAt: "2026-11-19T13:20:00.000Z",
        result: "idle",
        line: "HEARTBEAT_OK",
      },
    ],
  });
  const meta = { version: "1.0.0", startedAt: NOW, durationMs: 1, dryRun: true };
  const document: unknown = JSON.parse(JSON.stringify(toJson("status", planOf([base]), meta)));
  expect(schemaOf("status").safeParse(document).error).toBeUndefined();
});
