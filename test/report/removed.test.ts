import stringWidth from "string-width";
import { describe, expect, it } from "vitest";
import { renderRemoved } from "../../src/report/removed.ts";
import type { Plan } from "../../src/model/plan.ts";
import type { Outcome } from "../../src/model/result.ts";
import { DEFAULT_SETTINGS } from "../../src/model/settings.ts";
import {
  baseRef,
  entryResult,
  HOUR,
  look,
  NOW,
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

  it("does not say removed for what was moved to the trash, and says how to undo it", () => {
    const trashed = both.map((each) => ({ ...each, outcome: "trashed" as const }));
    expect(renderRemoved(resultOf(plan, trashed), here)).toBe(
      "Moved to the trash: 2 repos, 3.0 MB: 1 whose directory was deleted, 1 unused for over 7 days.\n" +
        "No space is freed yet: the trash keeps it for 7 days.\nThe first run after 27 Nov deletes it.\n" +
        "To put it back: checkpoints undo\nTo free 3.0 MB now: checkpoints trash empty\n",
    );
    const one = planOf([orphan]);
    expect(renderRemoved(resultOf(one, trashed.slice(0, 1)), here)).toBe(
      "Moved to the trash: 1 repo whose directory was deleted, 2.0 MB.\n" +
        "No space is freed yet: the trash keeps it for 7 days.\nThe first run after 27 Nov deletes it.\n" +
        "To put it back: checkpoints undo\nTo free 2.0 MB now: checkpoints trash empty\n",
    );
  });

  it.each([
    [{ kind: "none" }, "; none is scheduled."],
    [{ kind: "timer", name: "systemd user timer", every: "24h" }, "; the systemd user timer starts one every 24h."],
    [{ kind: "sweeps", last: NOW - HOUR }, "; the last automatic one was 1 hour ago."],
    [{ kind: "enabled" }, "; automatic sweeps are on, but none has run lately."],
  ] as const)("says what empties the trash by itself: %j", (scheduled, words) => {
    const trashed = both.map((each) => ({ ...each, outcome: "trashed" as const }));
    const after = { scheduled, free: { before: 2_000_000_000, after: 2_000_000_000 } };
    const text = renderRemoved(resultOf(plan, trashed), here, { after });
    expect(text).toContain(`\nThe first run after 27 Nov deletes it${words}\n`);
    expect(text).toContain("Free on this disk: 2.0 GB before, 2.0 GB now.");
    // What was deleted is not waiting for anything.
    const deleted = renderRemoved(resultOf(plan, both), here, { after });
    expect(deleted).not.toContain("is freed yet");
    expect(deleted).toContain("Free on this disk");
  });

  it("gives the earliest day where bases keep the trash for different times, and none where it is not kept", () => {
    const other = (trash_days: number): Plan => {
      const base = plan.bases[0]!;
      const second = { ...base, ref: { ...base.ref, path: "/other" }, settings: { ...base.settings, trash_days } };
      return { ...plan, bases: [base, second] };
    };
    const said = (trash_days: number): string => {
      const trashed = both.map((each) => ({ ...each, outcome: "trashed" as const }));
      const result = resultOf(other(trash_days), trashed);
      const bases = other(trash_days).bases.map(({ ref }) => ({ ...result.bases[0]!, path: ref.path }));
      return renderRemoved({ ...result, bases }, here);
    };
    expect(said(3)).toContain("the trash keeps it for 3 to 7 days.\nThe first run after 23 Nov begins to delete it.\n");
    expect(said(7)).toContain("The first run after 27 Nov deletes it.");
    expect(said(0)).toContain("The next run begins to delete it.");
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
    expect(text).toContain("Failed: 1 (listed above)");
    expect(text).toContain(`checkpoints explain ${idOf(1)}\n`);
    expect(text.split("\n").filter((line) => stringWidth(line) > (columns ?? 1000))).toEqual([]);
  });

  it.each([
    ["changed", "it changed during the check and was left alone"],
    ["conflict", "it could not be put back because something new is in its place; it is in the trash"],
    ["already-gone", "another process had already removed it"],
  ] as const)("tells of %s", (outcome, sentence) => {
    const text = renderRemoved(resultOf(plan, [entryResult(orphan, { outcome, bytes: 0 })]), here);
    expect(text).toContain("Skipped or failed: 1 repo\n");
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
      "Interrupted: 1 removed, 1 left untouched.\nTo continue: checkpoints prune\n";
    expect(renderRemoved(result, here)).toBe(expected);
    expect(renderRemoved(resultOf(plan, [entryResult(orphan)], { status: "interrupted" }), here)).toBe(expected);
    expect(renderRemoved(result, here, { next: "checkpoints prune --only orphan" })).toMatch(
      /To continue: checkpoints prune --only orphan\n$/,
    );
  });

  it("tells after an interruption what was put back, what waits, and what of the trash was not reached", () => {
    const trash = [plannedTrash({ action: "destroy" })];
    const each = planOf([plannedBase({ entries: [orphan, stale], trash })]);
    const told = (outcomes: readonly Outcome[]): string => {
      const results = [orphan, stale].map((one, at) =>
        entryResult(one, { outcome: outcomes[at] ?? "skipped", bytes: 0 }),
      );
      const left = trash.map((item) => trashResult(item, { outcome: "skipped", bytes: 0 }));
      const text = renderRemoved(resultOf(each, results, { status: "interrupted", trash: left }), here);
      return /^Interrupted: .*$/m.exec(text)?.[0] ?? "";
    };
    const rest = " 1 repo in the trash was not reached.";
    expect(told(["removed", "returned"])).toBe(`Interrupted: 1 removed, 1 put back.${rest}`);
    expect(told(["trashed", "conflict"])).toBe(
      `Interrupted: 0 removed, 1 moved to the trash, 1 left in the trash.${rest}`,
    );
    expect(told(["failed", "skipped"])).toBe(`Interrupted: 0 removed, 1 not done, 1 left untouched.${rest}`);
  });

  it("tells what the trash did, and what stays", () => {
    const trash = [plannedTrash({ action: "destroy" }), plannedTrash({ action: "return", entryId: idOf(9) })];
    const each = planOf([plannedBase({ entries: [plannedEntry({ verdict: "live" })], trash, foreign: ["store"] })]);
    const results = trash.map((item, at) => trashResult(item, at === 0 ? {} : { outcome: "returned" }));
    expect(renderRemoved(resultOf(each, [], { trash: results }), here)).toBe(
      "Nothing to remove.\n" +
        "Deleted 1 expired repo from the trash, 3.1 MB freed.\nRestored 1 repo from the trash.\nKept 1 live.\n" +
        "To list the trash: checkpoints trash list\n",
    );
  });

  it("tells what an earlier run had begun to delete apart from what expired", () => {
    const trash = [plannedTrash({ action: "destroy", reason: "unfinished" })];
    const each = planOf([plannedBase({ trash })]);
    const text = renderRemoved(resultOf(each, [], { trash: trash.map((item) => trashResult(item)) }), here);
    expect(text).toContain("\nFinished the deletion of 1 repo that an earlier run began, 3.1 MB freed.\n");
    expect(text).not.toContain("expired");
  });

  it.each([
    ["declined", "Declined: nothing was changed.\n"],
    ["locked", "Another run is in progress: nothing was done.\n"],
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
    expect(text).toContain("/p/checkpoints  profile work\nSkipped: locked by pid 7\n");
    // The preview said it already.
    expect(text).not.toContain("ignored");
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
