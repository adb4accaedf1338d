import stringWidth from "string-width";
import { describe, expect, it } from "vitest";
import { DEFAULT_SETTINGS } from "../../src/model/settings.ts";
import { renderTrashList, renderTrashTotal } from "../../src/report/trash-list.ts";
import { renderEmptied, renderRestored } from "../../src/report/trash-results.ts";
import {
  DAY,
  entryResult,
  look,
  NOW,
  plannedBase,
  plannedEntry,
  plannedTrash,
  planOf,
  resultOf,
  trashResult,
} from "./build.ts";
import { samplePlan } from "./sample.ts";

const here = look();
const item = plannedTrash();
const plan = planOf([plannedBase({ trash: [item] })]);

describe("renderTrashList", () => {
  it("lists what can be restored until when, the first to expire first", () => {
    const later = plannedTrash({ entryId: "aaaaaaaaaaaaaaaa", until: NOW + 9 * DAY, rule: "stale", bytes: null });
    const text = renderTrashList(planOf([plannedBase({ trash: [later, item] })]), here);
    expect(text).toBe(
      [
        "~/.hermes/checkpoints",
        "",
        "In the trash: 2 repos, at least 3.1 MB",
        "WAS       SIZE  SINCE       ID                DIRECTORY    WHAT NEXT",
        "orphan  3.1 MB  2 days ago  7c1b448f910a0160  ~/work/beta  can be restored until 25 Nov",
        "stale        ?  2 days ago  aaaaaaaaaaaaaaaa  ~/work/beta  can be restored until 29 Nov",
        "",
        "To restore one: checkpoints trash restore 7c1b448f910a0160",
        "",
      ].join("\n"),
    );
  });

  it("names an id that is there twice in full, so that it can be told apart", () => {
    const text = renderTrashList(planOf([plannedBase({ trash: [item, plannedTrash()] })]), look({ columns: 40 }));
    expect(text).toContain(`\n${item.item.id}\n`);
    expect(text).toContain(`trash restore\n ${item.item.id}\n`);
  });

  it("lists copies of what is back apart, and does not offer to restore them", () => {
    const copy = plannedTrash({ entryId: "aaaaaaaaaaaaaaaa", action: "destroy", reason: "restored", bytes: 8192 });
    const text = renderTrashList(planOf([plannedBase({ trash: [item, copy] })]), here);
    expect(text).toContain("In the trash: 1 repo, 3.1 MB\n");
    expect(text).toContain("\nRestored: 1 repo; its copy in the trash is kept for two hours, 8.1 kB\n");
    expect(text).toContain("To restore one: checkpoints trash restore 7c1b448f910a0160\n");
    const alone = renderTrashList(planOf([plannedBase({ trash: [copy] })]), here);
    expect(alone).not.toContain("trash restore");
    expect(alone).not.toContain("In the trash:");
  });

  it("does not offer to restore what is about to be deleted", () => {
    expect(renderTrashList(plan, here, { toDelete: true })).not.toContain("restore ");
    expect(renderTrashList(plan, here, { toDelete: true })).toContain(item.item.entryId);
  });

  it("with --quiet is the totals, with copies apart", () => {
    const copy = plannedTrash({ entryId: "aaaaaaaaaaaaaaaa", action: "destroy", reason: "restored", bytes: 8192 });
    expect(renderTrashTotal(planOf([plannedBase({ trash: [item] }), plannedBase({ trash: [item, copy] })]), here)).toBe(
      "In the trash: 2 repos, 6.2 MB\nRestored: 1 repo; its copy in the trash is kept for two hours, 8.1 kB\n",
    );
    expect(renderTrashTotal(planOf([plannedBase({ trash: [copy] })]), here)).toMatch(/^Restored: 1 repo; /);
  });

  it("says that it is empty", () => {
    expect(renderTrashList(planOf([plannedBase()]), here)).toBe("The trash is empty.\n");
    expect(renderTrashTotal(planOf([plannedBase()]), here)).toBe("The trash is empty.\n");
  });

  it("does not offer what can only be finished", () => {
    const marked = plannedTrash({ reason: "unfinished", action: "destroy", item: { ...item.item, marked: true } });
    expect(renderTrashList(planOf([plannedBase({ trash: [marked] })]), here)).toContain("trash restore <id>");
  });

  it.each([40, 60, 80, 120, 200])("fits %i columns", (columns) => {
    const text = renderTrashList(samplePlan(), look({ columns }));
    expect(text.split("\n").filter((line) => stringWidth(line) > columns)).toEqual([]);
    for (const id of ["7c1b448f910a0160", "aaaabbbbccccdddd", "aaaabbbbccccddd0"]) expect(text).toContain(id);
  });
});

describe("renderRestored", () => {
  const back = trashResult(item, { outcome: "returned" });

  it("says what was put back, and that it stays", () => {
    expect(renderRestored(resultOf(plan, [], { trash: [back] }), here)).toBe(
      "Restored: 7c1b448f910a0160, the snapshots of ~/work/beta.\nThis counts as a use: no run removes it before 27 Nov.\n",
    );
    const off = planOf([plannedBase({ trash: [item], settings: { ...DEFAULT_SETTINGS, retention_days: 0 } })]);
    expect(renderRestored(resultOf(off, [], { trash: [back] }), here)).toContain("no run removes it before 27 Nov.");
  });

  it("does not speak of snapshots where it was left behind by another program", () => {
    const left = trashResult(plannedTrash({ verdict: "debris" }), { outcome: "returned" });
    expect(renderRestored(resultOf(plan, [], { trash: [left] }), here)).toMatch(/^Restored: \w+, of ~\/work\/\w+\.$/m);
  });

  it("says where it was put, and what was swapped out", () => {
    const lost = trashResult(plannedTrash({ subject: null }), { outcome: "returned" });
    expect(renderRestored(resultOf(plan, [], { trash: [lost] }), here, { to: "/home/ann/out" })).toBe(
      "Restored in ~/out: 7c1b448f910a0160, the snapshots of an unknown directory.\nThe trash no longer has it: this is the only copy.\n",
    );
    const swapped = entryResult(plannedEntry({ id: "7c1b448f910a0160" }), { outcome: "trashed" });
    expect(renderRestored(resultOf(plan, [swapped], { trash: [back] }), here)).toContain(
      "\nWhat was in its place is now in the trash: 7c1b448f910a0160.\n",
    );
  });

  it("says what to do about an occupied place, and what failed", () => {
    const taken = trashResult(item, { outcome: "conflict", bytes: 0 });
    const failed = trashResult(item, { outcome: "failed", error: { code: "EXDEV", message: "cross-device link" } });
    const text = renderRestored(resultOf(plan, [], { trash: [taken, failed] }), here);
    expect(text).toContain(
      "something new is in its place; it stays in the trash: checkpoints trash restore 7c1b448f910a0160 --swap\n",
    );
    expect(text).toContain("it stays in the trash (EXDEV: cross-device link)\n");
    expect(text).toMatch(/\nNothing was restored\.\n$/);
  });
});

describe("renderEmptied", () => {
  it.each([
    [resultOf(plan, [], { trash: [trashResult(item)] }), "Permanently deleted from the trash: 1 repo, 3.1 MB freed.\n"],
    [resultOf(planOf([plannedBase()]), []), "The trash is empty.\n"],
    [resultOf(plan, []), "Nothing in the trash was removed.\n"],
    [
      resultOf(plan, [], {
        status: "interrupted",
        trash: [trashResult(item), trashResult(item, { outcome: "skipped" })],
      }),
      "Permanently deleted from the trash: 1 repo, 3.1 MB freed.\nInterrupted: 1 repo left in the trash.\n",
    ],
  ])("says what was removed", (result, text) => {
    expect(renderEmptied(result, here)).toBe(text);
  });

  it("shows the error of a base", () => {
    const bases = [
      {
        path: "/b",
        status: "error" as const,
        error: { code: "EROFS", message: "read-only", hint: null },
        entries: [],
        trash: [],
      },
    ];
    expect(renderEmptied(resultOf(plan, [], { bases }), here)).toContain("EROFS: read-only\n");
  });
});
