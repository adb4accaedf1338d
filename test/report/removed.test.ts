import stringWidth from "string-width";
import { describe, expect, it } from "vitest";
import { renderRemoved } from "../../src/report/removed.ts";
import { DEFAULT_SETTINGS } from "../../src/model/settings.ts";
import {
  baseRef,
  entryResult,
  look,
  plannedBase,
  plannedEntry,
  plannedTrash,
  planOf,
  resultOf,
  trashResult,
} from "./build.ts";
import { idOf, samplePlan } from "./sample.ts";

const here = look({ columns: null });
const orphan = plannedEntry({ id: idOf(1), bytes: 2_000_000 });
const stale = plannedEntry({ id: idOf(2), bytes: 1_000_000, verdict: "stale" });
const plan = planOf([orphan, stale]);
const both = [entryResult(orphan), entryResult(stale)];

describe("renderRemoved", () => {
  it("says what was removed and why", () => {
    expect(renderRemoved(resultOf(plan, both), here)).toBe(
      "Removed 2 repos, 3.0 MB freed: 1 whose directory was deleted, 1 unused for over 7 days.\n",
    );
  });

  it("does not call removed what went to the trash, and says how to undo it", () => {
    const trashed = both.map((each) => ({ ...each, outcome: "trashed" as const }));
    expect(renderRemoved(resultOf(plan, trashed), here)).toBe(
      "Moved to the trash: 2 repos, 3.0 MB: 1 whose directory was deleted, 1 unused for over 7 days; can be put back until 27 Nov.\n" +
        "To see it and put something back: checkpoints trash list\n",
    );
    const one = planOf([orphan]);
    expect(renderRemoved(resultOf(one, trashed.slice(0, 1)), here)).toBe(
      "Moved to the trash: 1 repo whose directory was deleted, 2.0 MB; can be put back until 27 Nov.\n" +
        `To put it back: checkpoints trash restore ${idOf(1)}\n`,
    );
  });

  it.each([40, 80, 120, null])("shows the real error of what failed, whole, at %j columns", (columns) => {
    const error = {
      code: "EPERM",
      message: "EPERM: operation not permitted, unlink '/home/ann/x/y/z/objects/ab/cdef'",
    };
    const failed = entryResult(orphan, { outcome: "failed", bytes: 0, trashId: "x", error });
    const text = renderRemoved(resultOf(plan, [failed, entryResult(stale)]), look({ columns }));
    expect(text.replaceAll(/\s+/g, "")).toContain(error.message.replaceAll(" ", ""));
    expect(text.replaceAll(/\s+/g, " ")).toContain("Removed 1 repo unused for over 7 days, 1.0 MB freed.");
    expect(text).toContain("Failed: 1.");
    expect(text).toContain(`checkpoints explain ${idOf(1)}\n`);
    expect(text.split("\n").filter((line) => stringWidth(line) > (columns ?? 1000))).toEqual([]);
  });

  it.each([
    ["changed", "it changed while it was looked at, and was left alone"],
    ["conflict", "it had to go back, but something new had taken its place: it is in the trash"],
    ["already-gone", "another process was faster"],
  ] as const)("tells of %s", (outcome, sentence) => {
    const text = renderRemoved(resultOf(plan, [entryResult(orphan, { outcome, bytes: 0 })]), here);
    expect(text).toContain("Not as planned: 1 repo\n");
    expect(text).toContain(sentence);
    expect(text).toContain("Nothing was removed.");
    expect(text).not.toContain("Failed");
  });

  it("tells the truth about an interruption", () => {
    const result = resultOf(plan, [entryResult(orphan), entryResult(stale, { outcome: "skipped", bytes: 0 })], {
      status: "interrupted",
    });
    const expected =
      "Removed 1 repo whose directory was deleted, 2.0 MB freed.\n" +
      "Interrupted: 1 of 2 repos were reached, 1 left untouched.\nTo go on: checkpoints prune\n";
    expect(renderRemoved(result, here)).toBe(expected);
    expect(renderRemoved(resultOf(plan, [entryResult(orphan)], { status: "interrupted" }), here)).toBe(expected);
    expect(renderRemoved(result, here, { next: "checkpoints prune --only orphan" })).toMatch(
      /To go on: checkpoints prune --only orphan\n$/,
    );
  });

  it("tells what the trash did, and what stays", () => {
    const trash = [plannedTrash({ action: "destroy" }), plannedTrash({ action: "return", entryId: idOf(9) })];
    const each = planOf([plannedBase({ entries: [plannedEntry({ verdict: "live" })], trash, foreign: ["store"] })]);
    const results = trash.map((item, at) => trashResult(item, at === 0 ? {} : { outcome: "returned" }));
    expect(renderRemoved(resultOf(each, [], { trash: results }), here)).toBe(
      "Not a shadow repo, left alone: 1 (store)\n\nNothing to remove.\n" +
        "Destroyed 1 repo in the trash whose time was over, 3.1 MB freed.\nPut 1 repo back from the trash.\nKept 1 live.\n" +
        "What is in the trash: checkpoints trash list\n",
    );
  });

  it.each([
    ["declined", "Declined: nothing was changed.\n"],
    ["locked", "Another run is at work: nothing was done.\n"],
    ["not-due", "Not due yet: nothing was done.\n"],
    ["disabled", "Automatic sweeps are off: nothing was done.\n"],
  ] as const)("says of %s that nothing was done", (status, text) => {
    expect(renderRemoved(resultOf(plan, [], { status }), here)).toBe(text);
  });

  it("says of a base why it was left alone, and where nothing is", () => {
    const work = plannedBase({
      ref: baseRef({ path: "/p/checkpoints", profile: "work" }),
      foreign: ["store"],
      settings: DEFAULT_SETTINGS,
    });
    const two = planOf([plannedBase({ entries: [orphan] }), work]);
    const error = { code: "locked", message: "locked by pid 7", hint: null };
    const result = resultOf(two, [entryResult(orphan)]);
    const bases = [
      ...result.bases,
      { path: "/p/checkpoints", status: "error" as const, error, entries: [], trash: [] },
    ];
    const text = renderRemoved({ ...result, bases }, here);
    expect(text).toContain("/p/checkpoints  profile work\nLeft alone: locked by pid 7\n");
    expect(text).toContain("/p/checkpoints  profile work\nNot a shadow repo, left alone: 1 (store)\n");
    expect(renderRemoved(resultOf(planOf([plannedBase({ exists: false })]), []), here)).toBe(
      "No checkpoints found. Looked in ~/.hermes/checkpoints.\n",
    );
  });

  it.each([40, 60, 80, 120, 200])("fits %i columns", (columns) => {
    const each = samplePlan();
    const rows = each.bases[0]?.entries.filter(({ ruling }) => ruling.action === "remove") ?? [];
    const outcomes = ["removed", "trashed", "failed", "changed", "conflict", "already-gone", "skipped"] as const;
    const results = rows.map((row, at) => entryResult(row, { outcome: outcomes[at % outcomes.length] ?? "removed" }));
    const text = renderRemoved(resultOf(each, results), look({ columns }));
    expect(text.split("\n").filter((line) => stringWidth(line) > columns)).toEqual([]);
    expect(text).toContain(rows[2]?.judged.entry.id ?? "none");
  });
});
