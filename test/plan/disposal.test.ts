// The person chose at the question: the same plan, its removals going elsewhere.
import { describe, expect, it } from "vitest";
import type { Plan } from "../../src/model/plan.ts";
import { withDisposal } from "../../src/plan/disposal.ts";
import type { Request } from "../../src/plan/request.ts";
import { BASE, at, byHand, judged, NOW, plan, type Rows, settings } from "./build.ts";

const ENTRIES = [
  judged("a", "orphan"),
  judged("b", "stale"),
  judged("c", "unreachable"),
  judged("d", "live"),
  judged("e", "stale", { locks: [{ path: "/r/index.lock", at: NOW }] }),
];

function planned(request: Partial<Request> = {}, entries: typeof ENTRIES = ENTRIES): Plan {
  const rows: Rows = plan({ judged: entries }, {}, byHand({ include: ["unreachable"], ...request }));
  const ref = { agent: "hermes", path: BASE, home: "/home/ann/.hermes", profile: null, label: null, named: null };
  const base = {
    ref,
    exists: true,
    settings: settings(),
    error: null,
    state: null,
    lastSweep: null,
    nextDue: null,
    foreign: [],
    clockDoubt: null,
    ...rows,
  };
  return { version: 1, mode: "manual", now: NOW, disposal: request.disposal ?? "destroy", bases: [base] };
}

function steps(of: Plan): Readonly<Record<string, string>> {
  const rows = of.bases.flatMap(({ entries }) => entries);
  return Object.fromEntries(rows.map((row) => [row.judged.entry.id, row.steps.map(({ kind }) => kind).join(" ")]));
}

describe("another disposal", () => {
  it("sends the removals to the trash, and nothing else", () => {
    expect(steps(planned())).toEqual({ a: "isolate destroy", b: "isolate destroy", c: "isolate", d: "", e: "" });
    expect(steps(withDisposal(planned(), "trash"))).toEqual({ a: "isolate", b: "isolate", c: "isolate", d: "", e: "" });
  });

  it.each(["trash", "destroy"] as const)("gives the plan that would have been made for it (%s)", (disposal) => {
    const other = disposal === "trash" ? "destroy" : "trash";
    expect(withDisposal(planned({ disposal: other }), disposal)).toEqual(planned({ disposal }));
    const lender = [judged("a", "orphan"), judged("c", "unreachable", { borrows: [`${at("a")}/objects`] })];
    expect(withDisposal(planned({ disposal: other }, lender), disposal)).toEqual(planned({ disposal }, lender));
  });

  it("there and back again is the same plan", () => {
    expect(withDisposal(withDisposal(planned(), "trash"), "destroy")).toEqual(planned());
  });

  it("leaves the plan that it was given as it was", () => {
    const before = planned();
    withDisposal(before, "trash");
    expect(before).toEqual(planned());
  });

  it("does not change a row that no rule removes", () => {
    const before = planned();
    const [base] = before.bases;
    const [row] = base?.entries ?? [];
    if (base === undefined || row === undefined) throw new Error("there is a row");
    const odd = { ...row, ruling: { rule: null, holds: [], action: "remove" as const } };
    const changed = withDisposal({ ...before, bases: [{ ...base, entries: [odd] }] }, "trash");
    expect(changed.bases[0]?.entries).toEqual([odd]);
  });
});
