// A copy of what was put back has the time of the run that put it back, and while it stays its project is not removed
// again: that would leave a copy that no run can tell from the last of a history.

import { expect, it } from "vitest";
import { autoPrune, prune, restore, type RunResult, scan } from "../../../../src/index.ts";
import { parseTrashName } from "../../../../src/model/trash-name.ts";
import { trashNames } from "../../../reclaim/runs.ts";
import { failCalls, stopIntercepting } from "../../../support/intercept-calls.ts";
import { DAY_MS, HOUR_MS } from "../../../support/paths.ts";
import { made, type Made } from "./deleted-project.ts";

/** Of the one project and its copies; the other one of the store grows old as well. */
function outcomesOf({ bases }: RunResult, { id }: Made): readonly string[] {
  const entries = bases.flatMap((base) => base.entries).filter(({ planned }) => planned.judged.entry.id === id);
  return [...bases.flatMap(({ trash }) => trash), ...entries].map(({ outcome }) => outcome);
}

it("what a failed removal puts back has the time of its run, not that of the machine", async () => {
  const all = made();
  const at = Date.now() + 3 * HOUR_MS;
  const options = { ...all.options, now: () => at };
  const plan = await scan({ ...options, disposal: "trash", only: "orphan" });
  failCalls("EACCES", (operation, path) => operation === "rename" && path.includes("/store/projects/"));
  const done = await prune(plan, options);
  stopIntercepting();
  expect(outcomesOf(done, all)).toEqual(["failed"]);
  expect(all.store.list(all.old)).toEqual(all.history);
  const copies = trashNames(all.w).map((name) => parseTrashName(name));
  expect(copies.map((name) => [name?.returned, name?.since])).toEqual([[true, at]]);
});

/** Removed, put back by a person, and with no run since. */
async function putBack(all: Made): Promise<void> {
  const plan = await scan({ ...all.options, disposal: "trash", only: "orphan" });
  expect(outcomesOf(await prune(plan, all.options), all)).toEqual(["trashed"]);
  await restore({ ...all.options, ids: [all.id] });
  expect(trashNames(all.w)).toEqual([expect.stringContaining("=")]);
}

async function sweptAt(all: Made, at: number): Promise<readonly string[]> {
  return outcomesOf(await autoPrune({ ...all.options, optIn: true, force: true, now: () => at }), all);
}

it("a sweep that doubts its clock keeps the copy, and so the project; the first that trusts it takes both", async () => {
  const all = made();
  await putBack(all);
  const jumped = Date.now() + 60 * DAY_MS;
  expect(await sweptAt(all, jumped)).toEqual([]);
  expect(all.store.list(all.old)).toEqual(all.history);
  expect(trashNames(all.w).filter((name) => name.includes("="))).toHaveLength(1);
  expect(await sweptAt(all, jumped + 25 * HOUR_MS)).toEqual(["removed", "trashed"]);
  expect(trashNames(all.w).filter((name) => name.includes("="))).toEqual([]);
});

it("a sweep that trusts its clock takes both at once: the near twin", async () => {
  const all = made();
  await putBack(all);
  expect(await sweptAt(all, Date.now() + 20 * DAY_MS)).toEqual(["removed", "trashed"]);
  expect(trashNames(all.w).filter((name) => name.includes("="))).toEqual([]);
});
