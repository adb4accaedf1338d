// What stays, and what is removed first, because others borrow from it (git alternates): entries, and things in the
// trash.
import { describe, expect, it } from "vitest";
import type { IoError } from "../../src/model/entry.ts";
import { at, automatic, byHand, judged, NOW, plan, removals, row, trashed, trashRow } from "./build.ts";

/** What makes an entry borrow from others. */
function from(...ids: readonly string[]): { readonly borrows: readonly string[] } {
  return { borrows: ids.map((id) => `${at(id)}/objects`) };
}

const ALTERNATES: IoError = {
  code: "EACCES",
  message: "permission denied",
  path: `${at("x")}/objects/info/alternates`,
};

describe("one that others borrow from", () => {
  const referenced = (by: string): object => ({
    rule: "stale",
    holds: [{ code: "referenced", by, until: null }],
    action: "keep",
  });

  it("stays while a live one does", () => {
    const rows = plan({ judged: [judged("a", "stale"), judged("b", "live", from("a")), judged("c", "stale")] });
    expect(row(rows, "a").ruling).toEqual(referenced(at("b")));
    expect(removals(rows)).toEqual(["c"]);
  });

  it("is removed after a borrower that is removed", () => {
    const rows = plan({ judged: [judged("a", "stale"), judged("b", "stale", from("a"))] });
    expect(removals(rows)).toEqual(["b", "a"]);
    expect(row(rows, "a").after).toEqual([at("b")]);
    expect(row(rows, "b").after).toEqual([]);
  });

  it("stays where the one that borrows is held", () => {
    const locks = [{ path: "/r/index.lock", at: NOW }];
    const rows = plan({ judged: [judged("a", "stale"), judged("b", "stale", { ...from("a"), locks })] });
    expect(row(rows, "a").ruling).toEqual(referenced(at("b")));
    expect(row(rows, "a").after).toEqual([]);
    expect(removals(rows)).toEqual([]);
  });

  it("stays where only it was selected", () => {
    const all = [judged("a", "stale"), judged("b", "stale", from("a"))];
    const rows = plan({ judged: all }, {}, byHand({ selects: (one) => one.id === "a" }));
    expect(row(rows, "a").ruling).toEqual(referenced(at("b")));
    // The twin: only the one that borrows.
    expect(removals(plan({ judged: all }, {}, byHand({ selects: (one) => one.id === "b" })))).toEqual(["b"]);
  });

  it("is removed at the end of a chain, and stays where the chain's end stays", () => {
    const chain = [judged("a", "stale"), judged("b", "stale", from("a")), judged("c", "stale", from("b"))];
    expect(removals(plan({ judged: chain }))).toEqual(["c", "b", "a"]);
    const held = [...chain.slice(0, 2), judged("c", "live", from("b"))];
    const rows = plan({ judged: held });
    expect(removals(rows)).toEqual([]);
    expect(row(rows, "a").ruling).toEqual(referenced(at("b")));
    expect(row(rows, "b").ruling).toEqual(referenced(at("c")));
  });

  it("stays in a circle, for each needs the other until the last moment", () => {
    const rows = plan({ judged: [judged("a", "stale", from("b")), judged("b", "stale", from("a"))] });
    expect(removals(rows)).toEqual([]);
    expect(row(rows, "a").ruling).toEqual(referenced(at("b")));
  });

  it("is not held by itself", () => {
    expect(removals(plan({ judged: [judged("a", "stale", from("a"))] }))).toEqual(["a"]);
  });

  it("may be removed manually and held in a sweep, with what borrows from it", () => {
    const all = [judged("a", "orphan"), judged("b", "orphan", { ...from("a"), verified: false })];
    const rows = plan({ judged: all });
    expect(removals(rows)).toEqual(["b", "a"]);
    expect(row(rows, "a").sweep).toMatchObject({ action: "keep", holds: [{ code: "referenced", by: at("b") }] });
  });
});

describe("one that something in the trash borrows from", () => {
  const lender = judged("a", "stale");

  it("stays while that waits", () => {
    const waiting = trashed("t", "orphan", { since: NOW }, from("a"));
    const rows = plan({ judged: [lender], trash: [waiting] });
    expect(row(rows, "a").ruling.holds).toEqual([
      { code: "referenced", by: waiting.item.members[0]?.path, until: null },
    ]);
  });

  it("is removed after that is removed", () => {
    const expired = trashed("t", "orphan", {}, from("a"));
    const rows = plan({ judged: [lender], trash: [expired] });
    expect(trashRow(rows, "t").action).toBe("destroy");
    expect(row(rows, "a")).toMatchObject({ ruling: { action: "remove" }, after: [expired.item.members[0]?.path] });
  });

  it("stays where that is returned", () => {
    const back = trashed("t", "live", {}, from("a"));
    const rows = plan({ judged: [lender], trash: [back] });
    expect(trashRow(rows, "t").action).toBe("return");
    expect(removals(rows)).toEqual([]);
  });

  it("stays in a sweep that a doubted clock keeps from destroying that", () => {
    const expired = trashed("t", "orphan", {}, from("a"));
    const rows = plan({ judged: [lender], trash: [expired], clockDoubted: true }, {}, automatic());
    expect(trashRow(rows, "t")).toMatchObject({ action: "keep", reason: "clock" });
    expect(removals(rows)).toEqual([]);
    // In a manual run a person sees the dates; what it says of the sweep is what that would do.
    const person = plan({ judged: [lender], trash: [expired], clockDoubted: true });
    expect(trashRow(person, "t")).toMatchObject({ action: "destroy", reason: "expired" });
    expect(row(person, "a")).toMatchObject({ ruling: { action: "remove" }, sweep: { action: "keep" } });
  });

  it("is removed where that is partly destroyed", () => {
    const rows = plan({ judged: [lender], trash: [trashed("t", null, { marked: true })] });
    expect(removals(rows)).toEqual(["a"]);
  });

  it("would be removed in a sweep, though a manual run that selects it alone leaves the trash as it is", () => {
    const expired = trashed("t", "orphan", {}, from("a"));
    const rows = plan({ judged: [lender], trash: [expired] }, {}, byHand({ selects: (one) => one.id === "a" }));
    expect(trashRow(rows, "t")).toMatchObject({ action: "keep", reason: "not-selected" });
    expect(row(rows, "a").ruling.action).toBe("keep");
    expect(row(rows, "a").sweep.action).toBe("remove");
  });
});

describe("one that something in another base borrows from", () => {
  const elsewhere = [{ path: "/home/ann/.hermes/profiles/p/checkpoints/x", ...from("a"), trouble: null }];

  it("stays, in its place and in the trash; the others are removed", () => {
    const rows = plan({ judged: [judged("a", "stale"), judged("b", "stale")], elsewhere });
    expect(row(rows, "a").ruling.holds).toEqual([{ code: "referenced", by: elsewhere[0]?.path, until: null }]);
    expect(removals(rows)).toEqual(["b"]);
    const inTrash = plan({ trash: [trashed("a"), trashed("b")], elsewhere });
    expect(inTrash.trash.map(({ reason }) => reason)).toEqual(["referenced", "expired"]);
  });

  it.each([automatic(), byHand()])("stays where the borrower's alternates cannot be read: $mode", (request) => {
    const unsure = [{ path: "/home/ann/.hermes/profiles/p/checkpoints/x", borrows: [], trouble: ALTERNATES }];
    const rows = plan({ judged: [judged("a", "stale")], elsewhere: unsure }, {}, request);
    expect(removals(rows)).toEqual([]);
    expect(rows.unreadableBorrows).toEqual([ALTERNATES]);
    const sure = unsure.map((one) => ({ ...one, trouble: null }));
    expect(removals(plan({ judged: [judged("a", "stale")], elsewhere: sure }, {}, request))).toEqual(["a"]);
  });
});

describe("an item of the trash that others borrow from", () => {
  it("stays while a live one does, by the place where it would be looked for", () => {
    const borrower = judged("b", "live", from("t"));
    const rows = plan({ judged: [borrower], trash: [trashed("t")] });
    const referencedBy = { path: borrower.entry.members[0].path, unread: false };
    expect(trashRow(rows, "t")).toMatchObject({ action: "keep", reason: "referenced", referencedBy });
    expect(trashRow(plan({ judged: [judged("b", "live")], trash: [trashed("t")] }), "t").action).toBe("destroy");
  });

  it("is removed with a borrower that is removed, and stays with one that stays", () => {
    const lender = trashed("t");
    const gone = plan({ trash: [lender, trashed("u", "orphan", {}, from("t"))] });
    expect(gone.trash.map(({ action }) => action)).toEqual(["destroy", "destroy"]);
    const stays = plan({ trash: [lender, trashed("u", "orphan", { since: NOW }, from("t"))] });
    expect(stays.trash.map(({ reason }) => reason)).toEqual(["referenced", "waiting"]);
  });

  it("names the borrowers that are removed before it, in the trash and in the base, without itself", () => {
    const borrower = trashed("u", "orphan", {}, from("t"));
    const lender = trashed("t", "orphan", {}, from("t"));
    const rows = plan({ judged: [judged("b", "live", from("t"))], trash: [lender, borrower] });
    expect(trashRow(rows, "t").after).toEqual([borrower.item.members[0]?.path, at("b")]);
    expect(trashRow(rows, "u").after).toEqual([]);
    // What is partly destroyed needs nothing.
    const marked = plan({ judged: [judged("b", "live", from("t"))], trash: [trashed("t", null, { marked: true })] });
    expect(trashRow(marked, "t").after).toEqual([]);
  });

  it("stays at the end of a chain of items whose end stays", () => {
    const chain = [
      trashed("t"),
      trashed("u", "orphan", {}, from("t")),
      trashed("v", "orphan", { since: NOW }, from("u")),
    ];
    expect(plan({ trash: chain }).trash.map(({ reason }) => reason)).toEqual(["referenced", "referenced", "waiting"]);
    expect(plan({ trash: chain.toReversed() }).trash.map(({ reason }) => reason)).toEqual([
      "waiting",
      "referenced",
      "referenced",
    ]);
    const going = [...chain.slice(0, 2), trashed("v", "orphan", {}, from("u"))];
    expect(plan({ trash: going }).trash.map(({ action }) => action)).toEqual(["destroy", "destroy", "destroy"]);
  });

  it("is destroyed although it is borrowed from where it is marked", () => {
    const rows = plan({ judged: [judged("b", "live", from("t"))], trash: [trashed("t", null, { marked: true })] });
    expect(trashRow(rows, "t")).toMatchObject({ action: "destroy", reason: "unfinished" });
  });

  it("is distinct from the fresh repo that has its place", () => {
    const rows = plan({ judged: [judged("t", "stale"), judged("b", "live", from("t"))], trash: [trashed("t")] });
    expect(row(rows, "t").ruling.holds).toMatchObject([{ code: "referenced", by: at("b") }]);
    expect(trashRow(rows, "t").reason).toBe("referenced");
    // Its own alternates do not hold the fresh one for itself, but for the item.
    const own = plan({ judged: [judged("t", "stale")], trash: [trashed("t", "orphan", { since: NOW }, from("t"))] });
    expect(row(own, "t").ruling.holds).toMatchObject([{ code: "referenced" }]);
  });

  it("is not held by itself", () => {
    expect(trashRow(plan({ trash: [trashed("t", "orphan", {}, from("t"))] }), "t").reason).toBe("expired");
    expect(trashRow(plan({ trash: [trashed("t", "unreachable", {}, from("t"))] }), "t").reason).toBe("not-proved");
  });

  it("without a member is known by its id", () => {
    const nameless = trashed("t", null, { members: [], complete: false });
    const rows = plan({ judged: [judged("b", "live", from("t"))], trash: [nameless] });
    expect(trashRow(rows, "t")).toMatchObject({ action: "return", reason: "half-isolated" });
    const marked = plan({ trash: [trashed("t", null, { members: [], marked: true })] });
    expect(trashRow(marked, "t").action).toBe("destroy");
  });
});

describe("alternates that could not be read", () => {
  const unsure = judged("x", "live", { borrowsTrouble: ALTERNATES });
  const all = [judged("a", "stale"), judged("b", "orphan"), judged("c", "live"), unsure];
  const hold = { code: "referenced", by: ALTERNATES.path, until: null };

  it.each([automatic(), byHand()])("hold everything and name the file: $mode", (request) => {
    const rows = plan({ judged: all }, {}, request);
    expect(removals(rows)).toEqual([]);
    expect(row(rows, "a").ruling.holds).toEqual([hold]);
    expect(row(rows, "b").ruling.holds).toEqual([hold]);
    expect(row(rows, "c").ruling.holds).toEqual([]);
    expect(rows.unreadableBorrows).toEqual([ALTERNATES]);
  });

  it("hold what a manual run selects by its id; without the file it is removed", () => {
    const request = byHand({ selects: ({ id }) => id === "a" });
    expect(row(plan({ judged: all }, {}, request), "a").ruling).toEqual({
      rule: "stale",
      holds: [hold],
      action: "keep",
    });
    const sure = all.map((one) => ({ ...one, borrowsTrouble: null }));
    expect(removals(plan({ judged: sure }, {}, request))).toEqual(["a"]);
  });

  it("are named by the same file, in whatever order they were found", () => {
    const second = judged("y", "live", {
      borrowsTrouble: { ...ALTERNATES, path: `${at("y")}/objects/info/alternates` },
    });
    for (const order of [
      [unsure, second],
      [second, unsure],
    ]) {
      expect(row(plan({ judged: [judged("a", "stale"), ...order] }, {}, automatic()), "a").ruling.holds).toEqual([
        hold,
      ]);
    }
  });

  it("hold in an automatic run also where they are in the trash", () => {
    const trash = [trashed("t", "orphan", { since: NOW }, { borrowsTrouble: ALTERNATES })];
    const rows = plan({ judged: [judged("a", "stale")], trash }, {}, automatic());
    expect(removals(rows)).toEqual([]);
    expect(rows.unreadableBorrows).toEqual([ALTERNATES]);
  });

  it.each([automatic(), byHand()])("hold also what is past its date in the trash: $mode", (request) => {
    const rows = plan({ judged: [unsure], trash: [trashed("t")] }, {}, request);
    const referencedBy = { path: ALTERNATES.path, unread: true };
    expect(trashRow(rows, "t")).toMatchObject({ action: "keep", reason: "referenced", referencedBy });
    expect(trashRow(plan({ trash: [trashed("t")] }, {}, request), "t").action).toBe("destroy");
  });
});
