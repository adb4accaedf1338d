// Which rows may be removed in one run, where some borrow from others.
import { describe, expect, it } from "vitest";
import { removableTogether } from "../../src/model/removable-together.ts";

/** A name, and those that borrow from it. */
type Row = readonly [name: string, ...borrowers: readonly string[]];

const names = (rows: readonly Row[], ...gone: readonly string[]): string =>
  removableTogether(rows, ([name, ...after]) => ({ paths: [name], after }), new Set(gone))
    .map(([name]) => name)
    .join(" ");

describe("what may be removed together", () => {
  it.each<[string, Row[], string]>([
    ["all that lend to none, in their order", [["b"], ["a"]], "b a"],
    ["a lender with its borrower", [["a", "b"], ["b"]], "a b"],
    ["a chain with its end", [["a", "b"], ["b", "c"], ["c"]], "a b c"],
    [
      "those that borrow from each other",
      [
        ["a", "b"],
        ["b", "a"],
      ],
      "a b",
    ],
  ])("is %s", (_, rows, expected) => {
    expect(names(rows)).toBe(expected);
  });

  it.each<[string, Row[], string]>([
    ["a lender whose borrower stays", [["a", "stays"], ["twin"]], "twin"],
    ["a chain at the end of which one stays", [["a", "b"], ["b", "c"], ["c", "stays"], ["twin"]], "twin"],
    ["a lender of which one borrower goes and one stays", [["a", "b", "stays"], ["b"]], "b"],
    [
      "a circle from which one outside borrows",
      [
        ["a", "b"],
        ["b", "a", "stays"],
      ],
      "",
    ],
  ])("is not %s", (_, rows, expected) => {
    expect(names(rows)).toBe(expected);
  });

  it("is a lender whose borrower has gone before, and not one of another that has not", () => {
    const rows: Row[] = [
      ["a", "old"],
      ["b", "older"],
    ];
    expect(names(rows, "old")).toBe("a");
  });
});
