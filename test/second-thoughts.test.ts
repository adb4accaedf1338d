// What a person said after the plan was made, or in other words than the store has it, counts as well.

import { mkdirSync, realpathSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { prune, restore, scan } from "../src/index.ts";
import { byHand, common, namesIn, resultOf, sweep, trashNames } from "./reclaim/runs.ts";
import { hash16 } from "./support/paths.ts";
import { run } from "./support/run.ts";
import { world } from "./support/world.ts";

describe("keep", () => {
  it("counts also where it leads through a symlink to what is recorded", async () => {
    const w = world();
    const kept = w.repo("disk/thesis", { ageDays: 60 });
    const twin = w.repo("disk/other", { ageDays: 60 });
    symlinkSync(join(w.work, "disk"), join(w.root, "short"));
    const done = await byHand(w, { settings: { keep: [join(w.root, "short", "thesis")] } });
    expect(namesIn(w.base)).toEqual([kept.id]);
    expect(resultOf(done, twin).outcome).toBe("removed");
  });

  it("counts for what is in the trash already", async () => {
    const w = world();
    const kept = w.repo("kept", { ageDays: 60 });
    const twin = w.repo("twin", { ageDays: 60 });
    await byHand(w, { disposal: "trash" });
    const later = Date.now() + 8 * 86_400_000;
    await sweep(w, { now: () => later, settings: { keep: [kept.workdir] } });
    const left = trashNames(w).map((name) => name.split(".")[0]);
    expect(left).toContain(kept.id);
    expect(left).not.toContain(twin.id);
  });
});

it("what was put back while the question stood open stays", async () => {
  const w = world();
  const wanted = w.repo("wanted", { ageDays: 60 });
  w.repo("twin", { ageDays: 60 });
  const plan = await scan(common(w));
  await byHand(w, { disposal: "trash", what: [wanted.id] });
  await restore({ ...common(w), ids: [wanted.id] });
  const done = await prune(plan, common(w));
  expect(resultOf(done, wanted).outcome).toBe("changed");
  expect(namesIn(w.base)).toEqual([wanted.id]);
});

it("a path of another system is never looked for below the current directory", async () => {
  const w = world();
  const path = String.raw`C:\Users\ann\thesis`;
  const foreign = w.repo("foreign", { id: hash16(path), marker: `${path}\n`, worktree: path });
  const gone = w.repo("gone", { workdir: "delete" });
  const done = await byHand(w, {});
  expect(resultOf(done, gone).outcome).toBe("removed");
  const plan = await scan(common(w));
  const judged = plan.bases[0]?.entries.find((row) => row.judged.entry.id === foreign.id)?.judged;
  expect([judged?.verdict, judged?.reason]).toEqual(["unreachable", "foreign-path"]);
});

it("a lender is held also where its borrower names it through a symlink", async () => {
  const w = world();
  const lender = w.repo("lender", { ageDays: 60 });
  const twin = w.repo("twin", { ageDays: 60 });
  const borrower = w.repo("borrower");
  symlinkSync(w.base, join(w.root, "way"));
  const info = join(borrower.path, "objects/info");
  mkdirSync(info, { recursive: true });
  writeFileSync(join(info, "alternates"), `${join(w.root, "way", lender.id, "objects")}\n`);
  expect(realpathSync(join(w.root, "way"))).toBe(w.base);
  const done = await byHand(w, {});
  expect(namesIn(w.base).toSorted()).toEqual([borrower.id, lender.id].toSorted());
  expect(resultOf(done, twin).outcome).toBe("removed");
  renameSync(join(w.root, "way"), join(w.root, "away"));
});

it("explains what is in the trash alone as it explains what is in its place", async () => {
  const w = world();
  const gone = w.repo("gone", { workdir: "delete", ageDays: 60 });
  await byHand(w, { disposal: "trash" });
  const { code, stdout } = await run(["explain", gone.id], { home: w });
  expect(code).toBe(0);
  const topics = stdout.split("\n").map((line) => /^(\S+(?: \S+)*?) {2,}/.exec(line)?.[1] ?? "");
  const order = [
    "HERMES_WORKDIR",
    "core.worktree",
    "hash check",
    "presence",
    "newest file",
    "verdict",
    "trash",
    "rule",
  ];
  expect(topics.filter((topic) => order.includes(topic))).toEqual(order);
  expect(stdout).toContain(gone.workdir.replace(w.root, "~"));
  expect(stdout).toContain("removed by the orphan rule");
});
