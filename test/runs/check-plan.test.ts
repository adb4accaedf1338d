// A plan is data: it may have been written to a file, changed, or carried out on another day. What is wrong with one row
// is found before anything of any row is moved; the same plan unchanged does its work.

import { existsSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { compact, emptyTrash, planCompaction, type Plan, type PlannedEntry, prune, scan } from "../../src/index.ts";
import { readRecord } from "../../src/state/record.ts";
import { byHand, common, giveBack, inDays, outcomes, stateOf, sweep, trashNames, trashOf } from "../reclaim/runs.ts";
import { hermesStore } from "../support/hermes-store.ts";
import { diff, fingerprint } from "../support/tree.ts";
import { type ShadowRepo, type World, world } from "../support/world.ts";

const DAY = 86_400_000;
const MINUTE = 60_000;

interface Scene {
  readonly w: World;
  /** A directory of the user, outside the base. */
  readonly victim: string;
  readonly first: ShadowRepo;
  readonly plan: Plan;
}

/** A plan that removes two repos and destroys one thing in the trash. */
async function planned(): Promise<Scene> {
  const w = world();
  const victim = join(w.work, "victim");
  mkdirSync(victim);
  writeFileSync(join(victim, "thesis.txt"), "the only copy\n");
  const old = w.repo("in-trash", { ageDays: 60 });
  await byHand(w, { disposal: "trash", settings: { retention_days: 7 } });
  expect(existsSync(old.path)).toBe(false);
  const first = w.repo("first", { ageDays: 60 });
  w.repo("second", { workdir: "delete" });
  w.repo("live");
  // Without time in the trash, so that what is there is to be destroyed.
  const plan = await scan({ ...common(w), settings: { trash_days: 0 } });
  const bases = plan.bases.map((base) => ({
    ...base,
    entries: base.entries.toSorted((a, b) => Number(isOther(a, first)) - Number(isOther(b, first))),
  }));
  return { w, victim, first, plan: { ...plan, bases } };
}

function isOther({ judged }: PlannedEntry, { id }: ShadowRepo): boolean {
  return judged.entry.id !== id;
}

/** What is changed: a place in the JSON, and its new value; undefined deletes it. */
type Edit = readonly [place: string, value: unknown];

const ROW = "bases.0.entries.0";
const ENTRY = `${ROW}.judged.entry`;
const MEMBER = `${ENTRY}.members.0`;
const ITEM = "bases.0.trash.0.item";

/** The plan as it comes back from a file that was edited. */
function edited(plan: Plan, edits: readonly Edit[]): Plan {
  const copy: unknown = JSON.parse(JSON.stringify(plan));
  for (const [place, value] of edits) {
    const keys = place.split(".");
    const last = keys.pop() ?? "";
    let inner = copy;
    for (const key of keys) inner = isObject(inner) ? inner[key] : null;
    if (!isObject(inner)) throw new Error(`no ${place} in the plan`);
    if (value === undefined) Reflect.deleteProperty(inner, last);
    else inner[last] = value;
  }
  return copy as Plan;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

/** Both of a member's paths, so that they agree with each other. */
function moved({ w }: Pick<Scene, "w">, place: string): readonly Edit[] {
  return [
    [`${MEMBER}.place`, place],
    [`${MEMBER}.path`, `${w.base}/${place}`],
  ];
}

const NO_NUMBER = "x";

describe("a plan that was changed on its way", () => {
  it("does its work where nothing was changed", async () => {
    const { w, plan } = await planned();
    expect(outcomes(await prune(edited(plan, []), common(w)))).toEqual({ removed: 3 });
  });

  it.each<[string, (scene: Scene) => readonly Edit[]]>([
    ["a member outside the base", ({ victim }) => [[`${MEMBER}.path`, victim]]],
    ["a place that climbs out of the base", (scene) => moved(scene, "../../work/victim")],
    ["a place that climbs out and in again", (scene) => moved(scene, `../checkpoints/${scene.first.id}`)],
    ["an absolute place", ({ victim }) => [[`${MEMBER}.place`, victim]]],
    ["an empty place", () => [[`${MEMBER}.place`, ""]]],
    ["a place with a NUL", (scene) => moved(scene, "a\0b")],
    ["a place with half a surrogate pair", (scene) => [[`${ENTRY}.id`, "\uD800"], ...moved(scene, "\uD800")]],
    ["a place too deep for its kind", (scene) => moved(scene, `${scene.first.id}/objects`)],
    ["a name that is none of its kind", (scene) => [[`${ENTRY}.id`, "store"], ...moved(scene, "store")]],
    ["the marker of Hermes", (scene) => [[`${ENTRY}.id`, ".last_prune"], ...moved(scene, ".last_prune")]],
    ["another id than its place", () => [[`${ENTRY}.id`, "0123456789abcdef"]]],
    ["an id that is not text", () => [[`${ENTRY}.id`, 7]]],
    ["another base than its own", ({ w }) => [[`${ENTRY}.base`, w.work]]],
    ["no members", () => [[`${ENTRY}.members`, []]]],
    ["no identity", () => [[`${MEMBER}.identity`, undefined]]],
    ["half an identity", () => [[`${MEMBER}.identity.ino`, undefined]]],
    ["an identity that is not a number", () => [[`${MEMBER}.identity.ino`, NO_NUMBER]]],
    ["a directory that is called a ref", () => [[`${MEMBER}.as`, "ref"]]],
    ["a container outside the base", ({ w }) => [[`${ENTRY}.container`, w.work]]],
    ["the base as its container", ({ w }) => [[`${ENTRY}.container`, w.base]]],
    [
      "a rule that does not exist",
      () => [
        [`${ROW}.ruling.rule`, "whim"],
        [`${ROW}.steps.0.rule`, "whim"],
      ],
    ],
    ["another rule in its step", () => [[`${ROW}.steps.0.rule`, "debris"]]],
    ["a step that does not exist", () => [[`${ROW}.steps.2`, { kind: "shred" }]]],
    ["no steps", () => [[`${ROW}.steps`, []]]],
    ["no judgement", () => [[`${ROW}.judged`, undefined]]],
    ["an action that does not exist", () => [[`${ROW}.ruling.action`, "shred"]]],
    ["no ruling", () => [[`${ROW}.ruling`, undefined]]],
    ["entries that are not a list", () => [["bases.0.entries", {}]]],
    ["bases that are not a list", () => [["bases", null]]],
    ["further kinds that are not a list", () => [["bases.0.alsoCollects", "hermes-store"]]],
    ["further kinds that are null", () => [["bases.0.alsoCollects", null]]],
    ["no base", () => [["bases.0.ref", undefined]]],
    ["a base with dots", ({ w }) => [["bases.0.ref.path", `${w.work}/../.hermes/checkpoints`]]],
    ["a relative base", () => [["bases.0.ref.path", "checkpoints"]]],
    ["the root as base", () => [["bases.0.ref.path", "/"]]],
    ["the home as base", ({ w }) => [["bases.0.ref.path", w.home]]],
    ["a mode that does not exist", () => [["mode", "secret"]]],
    ["another version", () => [["version", 2]]],
    ["no time", () => [["now", null]]],
    ["an item of the trash outside it", ({ victim }) => [[`${ITEM}.members.0.path`, victim]]],
    [
      "an item of the trash whose name is not one of the trash",
      ({ w }) => [[`${ITEM}.members.0.path`, `${w.home}/.checkpoints.gc/checkpoints/thesis`]],
    ],
    ["an item that is returned to another place", () => [[`${ITEM}.members.0.place`, "../../work/victim"]]],
    ["an item of another base", ({ w }) => [[`${ITEM}.base`, w.work]]],
    ["an item of another entry", () => [[`${ITEM}.entryId`, "0123456789abcdef"]]],
    ["an item by another rule", () => [[`${ITEM}.rule`, "debris"]]],
    ["an item that is older than its name says", () => [[`${ITEM}.since`, 1]]],
    ["an item that is said to be marked", () => [[`${ITEM}.marked`, true]]],
    ["an item of another id", () => [[`${ITEM}.id`, "0123456789abcdef.1.00000000"]]],
    ["an item with another action", () => [["bases.0.trash.0.action", "shred"]]],
    ["an item that is said to have been a ref", () => [[`${ITEM}.members.0.as`, "ref"]]],
  ])("moves nothing where it names %s", async (_, edits) => {
    const scene = await planned();
    const { w, plan } = scene;
    const before = fingerprint(w.root);
    const run = prune(edited(plan, edits(scene)), common(w));
    await expect(run).rejects.toThrow(/expected|is not a directory of checkpoints/);
    await expect(run).rejects.toHaveProperty("exitCode", 2);
    expect(diff(before, fingerprint(w.root))).toEqual([]);
  });

  it("moves nothing where a directory on the way has become a symlink", async () => {
    const w = world();
    const archive = w.legacy();
    const plan = await scan({ ...common(w), settings: { stores: ["hermes-archive"] } });
    expect(plan.bases[0]?.entries.filter(({ ruling }) => ruling.action === "remove")).toHaveLength(1);
    renameSync(archive, join(w.root, "elsewhere"));
    symlinkSync(join(w.root, "elsewhere"), archive);
    const before = fingerprint(w.root);
    await expect(prune(plan, common(w))).rejects.toMatchObject({ code: "plan-invalid" });
    expect(diff(before, fingerprint(w.root))).toEqual([]);
  });

  it("moves nothing where the base is a symlink by now", async () => {
    const { w, plan } = await planned();
    renameSync(w.base, join(w.root, "elsewhere"));
    symlinkSync(join(w.root, "elsewhere"), w.base);
    const before = fingerprint(w.root);
    await expect(prune(plan, common(w))).rejects.toMatchObject({ code: "plan-invalid" });
    expect(diff(before, fingerprint(w.root))).toEqual([]);
  });

  it("removes no ref of another repository", async () => {
    const w = world();
    const store = hermesStore(w.base);
    const workdir = join(w.work, "gone");
    store.snapshot(workdir, { "a.txt": "a\n" }, Date.now() - 60 * DAY);
    rmSync(workdir, { recursive: true });
    const own = { ...common(w), settings: { stores: ["hermes-store"] as const } };
    const plan = await scan(own);
    const [row] = plan.bases[0]?.entries ?? [];
    expect([row?.ruling.action, row?.judged.entry.members[0].as]).toEqual(["remove", "ref"]);
    const before = fingerprint(w.root);
    const id = row?.judged.entry.id ?? "";
    for (const place of [`${id}/refs/heads/main`, "store/refs/heads/main", `store/../store/refs/hermes/${id}`])
      await expect(prune(edited(plan, moved({ w }, place)), own)).rejects.toMatchObject({ code: "plan-invalid" });
    expect(diff(before, fingerprint(w.root))).toEqual([]);
  });

  it("empties no trash by it", async () => {
    const { w, plan, victim } = await planned();
    const changed = edited(plan, [[`${ITEM}.members.0.path`, victim]]);
    const before = fingerprint(w.root);
    await expect(emptyTrash({ ...common(w), plan: changed })).rejects.toMatchObject({ code: "plan-invalid" });
    expect(diff(before, fingerprint(w.root))).toEqual([]);
  });

  it("packs nothing outside the base", async () => {
    const w = world();
    const repo = w.repo("repo", { real: true });
    const mine = w.repo("mine", { real: true });
    const plan = await planCompaction(common(w));
    const other = (path: string | null): string => (path === repo.path ? mine.path : repo.path);
    const bases = plan.bases.map((base) => ({
      ...base,
      rows: base.rows.map((row) => ({ ...row, skipReason: null, gitDirectory: other(row.gitDirectory) })),
    }));
    await expect(compact({ ...plan, bases }, common(w))).rejects.toMatchObject({ code: "plan-invalid" });
  });
});

describe("the day of a plan", () => {
  it.each([
    ["is refused a minute after a day", DAY + MINUTE, null],
    ["is refused after a month", 30 * DAY, null],
    ["does its work a minute before", DAY - MINUTE, { removed: 3 }],
    ["does its work where the clock was set back a little", -30 * MINUTE, { removed: 3 }],
    ["is refused where it was made tomorrow", -DAY, null],
  ])("%s", async (_, later, done) => {
    const { w, plan } = await planned();
    const now = plan.now + later;
    const before = fingerprint(w.root);
    const run = prune(plan, { ...common(w), now: () => now });
    if (done === null) {
      await expect(run).rejects.toMatchObject({ code: "plan-outdated", exitCode: 2 });
      expect(diff(before, fingerprint(w.root))).toEqual([]);
    } else expect(outcomes(await run)).toEqual(done);
  });

  it("is that of a plan of packing, too", async () => {
    const w = world();
    w.repo("repo");
    const plan = await planCompaction(common(w));
    await expect(compact(plan, { ...common(w), now: inDays(2) })).rejects.toMatchObject({ code: "plan-outdated" });
  });

  it("does not shorten the time in the trash, which counts from the move", async () => {
    const w = world();
    const repo = w.repo("repo", { ageDays: 60 });
    const plan = await scan({ ...common(w), disposal: "trash" });
    const moment = plan.now + 20 * 60 * MINUTE;
    await prune(plan, { ...common(w), now: () => moment });
    const [waiting] = await trashOf(w, { now: () => moment });
    expect(waiting?.item).toMatchObject({ entryId: repo.id, taken: moment, since: moment });
    expect(outcomes(await byHand(w, { now: () => plan.now + 7 * DAY + MINUTE }))).toEqual({});
    expect(outcomes(await byHand(w, { now: () => moment + 7 * DAY }))).toEqual({ removed: 1 });
  });

  it("is that of each move in a long run, and --last finds them all", async () => {
    const w = world();
    w.settings({ orphan_grace_hours: 0 }, "checkpoint_gc");
    w.repo("live");
    const repos = ["a", "b", "c"].map((name) => w.repo(name, { ageDays: 60 }));
    let at = Date.now();
    // Each look at the clock is an hour later than the one before.
    expect(outcomes(await sweep(w, { now: () => (at += 60 * MINUTE) }))).toEqual({ trashed: 3 });
    const times = (await trashOf(w)).map((one) => one.item.taken);
    expect(new Set(times).size).toBe(3);
    const back = await giveBack(w, { ids: [], last: true, now: () => at });
    expect(back.rows.map(({ outcome }) => outcome)).toEqual(["restored", "restored", "restored"]);
    expect(repos.map(({ path }) => existsSync(path))).toEqual([true, true, true]);
  });

  it("does not set the clock of the record back: the next sweep destroys what is due", async () => {
    const w = world();
    w.settings({ orphan_grace_hours: 0, trash_days: 1 }, "checkpoint_gc");
    w.repo("live");
    w.repo("due", { ageDays: 60 });
    await sweep(w);
    const due = inDays(1.1)();
    w.repo("more", { ageDays: 60 });
    const plan = await scan({ ...common(w), now: () => due - 20 * 60 * MINUTE });
    await prune(plan, { ...common(w), now: () => due - MINUTE / 2 });
    expect(readRecord(stateOf(w))).toMatchObject({ lastRunAt: due - MINUTE / 2, doubtedSince: null });
    w.repo("again", { ageDays: 60 });
    expect(outcomes(await sweep(w, { now: () => due }))).toMatchObject({ trashed: 1 });
    expect(trashNames(w)).toHaveLength(1);
  });
});
