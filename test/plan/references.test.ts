// Which entries borrow from which, and in which order they may be removed.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { borrowersOf, removalOrder } from "../../src/plan/references.ts";
import { at } from "./build.ts";

describe("borrowers", () => {
  const paths = [at("a"), at("b"), at("c")];

  it.each([
    ["the objects of another", [`${at("a")}/objects`], [at("a")]],
    ["a directory further below", [`${at("a")}/objects/pack/x`], [at("a")]],
    ["another itself", [at("a")], [at("a")]],
    ["two others", [`${at("a")}/objects`, `${at("c")}/objects`], [at("a"), at("c")]],
    ["one twice", [`${at("a")}/objects`, `${at("a")}/objects/x`], [at("a")]],
    ["itself", [`${at("b")}/objects`], []],
    ["somewhere else", ["/srv/mirror/objects"], []],
    ["one whose name begins alike", [`${at("a")}a/objects`], []],
    ["the base", ["/home/ann/.hermes/checkpoints"], []],
    ["the root", ["/"], []],
    ["a relative path, which cannot be resolved", ["a/objects"], []],
    ["nothing", [], []],
  ])("of b, where it borrows from %s", (_, borrows, lenders) => {
    const found = borrowersOf(paths, [{ path: at("b"), borrows }]);
    expect(found).toEqual(new Map(lenders.map((lender) => [lender, [at("b")]])));
  });

  it("are all of them", () => {
    const borrows = [`${at("a")}/objects`];
    const found = borrowersOf(paths, [
      { path: at("b"), borrows },
      { path: at("c"), borrows },
    ]);
    expect(found.get(at("a"))).toEqual([at("b"), at("c")]);
  });

  it("are those of the innermost, where one is inside another", () => {
    const found = borrowersOf([at("a"), at("a/inner")], [{ path: at("b"), borrows: [at("a/inner/objects")] }]);
    expect(found).toEqual(new Map([[at("a/inner"), [at("b")]]]));
  });
});

/** `lender: borrowers`, as borrowersOf gives them. */
type Graph = Readonly<Record<string, readonly string[]>>;

function ordered(going: readonly string[], graph: Graph): { order: readonly string[]; held: Record<string, string> } {
  const { order, held } = removalOrder(going, new Map(Object.entries(graph)));
  return { order, held: Object.fromEntries(held) };
}

describe("the order of removals", () => {
  it.each<[string, string[], Graph, string[], Record<string, string>]>([
    ["nothing", [], {}, [], {}],
    ["strangers, as they come", ["b", "a"], {}, ["b", "a"], {}],
    ["a borrower before its lender", ["lender", "borrower"], { lender: ["borrower"] }, ["borrower", "lender"], {}],
    ["a lender whose borrower stays", ["lender"], { lender: ["borrower"] }, [], { lender: "borrower" }],
    ["a borrower whose lender stays", ["borrower"], { lender: ["borrower"] }, ["borrower"], {}],
    ["a chain", ["a", "b", "c"], { a: ["b"], b: ["c"] }, ["c", "b", "a"], {}],
    ["a chain whose end stays", ["a", "b"], { a: ["b"], b: ["c"] }, [], { a: "b", b: "c" }],
    ["a chain whose middle stays", ["a", "c"], { a: ["b"], b: ["c"] }, ["c"], { a: "b" }],
    ["one with two borrowers", ["a", "b", "c"], { a: ["b", "c"] }, ["b", "c", "a"], {}],
    ["one with two borrowers, one of which stays", ["a", "b"], { a: ["b", "c"] }, ["b"], { a: "c" }],
    ["a circle of two", ["a", "b"], { a: ["b"], b: ["a"] }, [], { a: "b", b: "a" }],
    ["a circle of three", ["a", "b", "c"], { a: ["b"], b: ["c"], c: ["a"] }, [], { a: "b", b: "c", c: "a" }],
    [
      "one that a circle borrows from",
      ["x", "a", "b"],
      { x: ["a"], a: ["b"], b: ["a"] },
      [],
      { x: "a", a: "b", b: "a" },
    ],
    ["one that borrows from a circle", ["a", "b", "x"], { a: ["b", "x"], b: ["a"] }, ["x"], { a: "b", b: "a" }],
    ["one that is its own borrower", ["a"], { a: ["a"] }, [], { a: "a" }],
    ["two sides of a diamond", ["a", "b", "c", "d"], { a: ["b", "c"], b: ["d"], c: ["d"] }, ["d", "b", "c", "a"], {}],
  ])("%s", (_, going, graph, order, held) => {
    expect(ordered(going, graph)).toEqual({ order, held });
  });

  it("law: each removal comes after those of all its borrowers, and each held one has a borrower that stays", () => {
    const names = ["a", "b", "c", "d", "e", "f"];
    const name = fc.constantFrom(...names);
    const graph = fc.dictionary(name, fc.uniqueArray(name, { maxLength: 3 }), { maxKeys: 6 });
    fc.assert(
      fc.property(fc.subarray(names), graph, (going, borrowers) => {
        const { order, held } = ordered(going, borrowers);
        expect([...order, ...Object.keys(held)].toSorted()).toEqual(going.toSorted());
        const before = new Set<string>();
        for (const one of order) {
          expect((borrowers[one] ?? []).filter((borrower) => !before.has(borrower))).toEqual([]);
          before.add(one);
        }
        for (const [one, by] of Object.entries(held)) {
          expect(borrowers[one]).toContain(by);
          expect(order).not.toContain(by);
        }
      }),
    );
  });

  it("is not quadratic in time for ten thousand unrelated entries", () => {
    const many = Array.from({ length: 10_000 }, (_, n) => `r${n}`);
    expect(removalOrder(many, new Map()).order).toEqual(many);
  });
});
