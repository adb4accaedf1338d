// The order of rows by size, age and name.

import { describe, expect, it } from "vitest";
import type { Judged } from "../../src/model/judgement.ts";
import { SORT_KEYS } from "../../src/model/row-order.ts";
import { orderBy } from "../../src/report/sort.ts";
import { judged } from "../plan/build.ts";

const used = (at: number): Pick<Judged, "lastUsed"> => ({ lastUsed: { at, from: "mtime" } });
const rows = [
  judged("b", "live", { bytes: 10, ...used(300) }),
  judged("a", "orphan", { bytes: 30, ...used(200) }),
  judged("d", "unidentified", { bytes: null, lastUsed: null }),
  judged("c", "stale", { bytes: 20, ...used(100) }),
];

describe("the order of rows", () => {
  it.each([
    ["size", "a c b d"],
    ["age", "c a b d"],
    ["name", "a b c d"],
  ] as const)("by %s, with what is unknown last", (key, order) => {
    expect(
      rows
        .toSorted(orderBy(key))
        .map(({ entry }) => entry.id)
        .join(" "),
    ).toBe(order);
  });

  it.each(SORT_KEYS)("by %s is the same whatever the order was before", (key) => {
    const equal = ["y", "x", "z"].map((id) => judged(id, "unidentified", { bytes: 1, ...used(1) }));
    const ids = (all: readonly Judged[]): string[] => all.toSorted(orderBy(key)).map(({ entry }) => entry.id);
    expect(ids(equal)).toEqual(["x", "y", "z"]);
    expect(ids(equal.toReversed())).toEqual(["x", "y", "z"]);
  });
});
