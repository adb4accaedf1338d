// The store that two versions of Gemini CLI wrote on one home: every row of it, and the way to the trash and back.

import { existsSync, mkdirSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { type Plan, prune, restore, scan, type ScanOptions } from "../../../src/index.ts";
import { AGENTS_NOW, type AgentsStore, sha256, unpackAgents } from "../../support/agents-store.ts";
import { DAY_MS } from "../../support/paths.ts";
import { outcomesOf } from "../../support/session-store.ts";
import { diff, fingerprint } from "../../support/tree.ts";
import { takenPlaces } from "../../support/worktree-repo.ts";

const KIND = "gemini-snapshots";

interface Golden extends AgentsStore {
  readonly base: string;
  readonly options: ScanOptions;
  /** The directory of a version before 0.29, by the name of its project. */
  readonly hash: (name: string) => string;
}

function golden(collect: readonly string[] = [KIND]): Golden {
  const store = unpackAgents("gemini");
  const base = join(store.home, ".gemini/history");
  // A directory that is older than its own birth was copied, and then nothing in it is old.
  utimesSync(base, new Date(), new Date());
  const settings = { collect, retention_days: 30, delete_orphans: true };
  const options = { env: { HOME: store.home }, agent: "gemini", now: () => AGENTS_NOW, settings } as const;
  return { ...store, base, options, hash: (name) => sha256(join(store.projects, name)) };
}

/** Verdict, snapshots and action of each entry, by its place; of a hash directory by its project. */
function rows(plan: Plan, { hash }: Pick<Golden, "hash">): Readonly<Record<string, string>> {
  const names = ["alpha", "doomed", "beta", "plain"];
  const entries = plan.bases.flatMap((base) => base.entries);
  return Object.fromEntries(
    entries.map(({ judged, ruling, snapshots }) => {
      const { place } = judged.entry.members[0];
      const name = names.find((each) => hash(each) === place);
      const held = ruling.holds.map(({ code }) => ` (${code})`).join("");
      const { verdict, reason } = judged;
      return [
        name === undefined ? place : `hash of ${name}`,
        `${verdict} ${reason}, ${snapshots?.count ?? "?"}, ${ruling.rule ?? "no rule"}: ${ruling.action}${held}`,
      ];
    }),
  );
}

const EXPECTED = {
  "alpha/.git": "live workdir-present, 3, no rule: keep",
  "hash of alpha": "debris duplicate, 2, debris: remove",
  "doomed/.git": "orphan absent-observed, 3, orphan: remove",
  "hash of doomed": "orphan absent-observed, 2, orphan: remove",
  "alpha-clone/.git": "stale unused, 1, stale: remove",
  "hash of beta": "unidentified hash-unknown, 1, no rule: keep",
  "hash of plain": "unidentified hash-unknown, 1, no rule: keep",
};

it("judges each entry of the golden store as is written there", async () => {
  const store = golden();
  const all = await scan({ ...store.options, everything: true, snapshots: "all" });
  expect(rows(all, store)).toEqual(EXPECTED);
  expect(all.bases.flatMap(({ foreign }) => foreign)).toEqual([]);
  const taken = ["alpha-clone/.git", "doomed/.git", store.hash("alpha"), store.hash("doomed")].toSorted();
  expect(takenPlaces(await scan(store.options))).toEqual(taken);
});

it("has the same verdicts where no setting and no option names the kind, and takes nothing", async () => {
  const store = golden([]);
  const { agent, ...others } = store.options;
  const plan = await scan({ ...others, everything: true, snapshots: "all" });
  const found = plan.bases.filter(({ ref }) => ref.agent === agent);
  const expected = Object.entries(EXPECTED).map(([name, row]) => [
    name,
    row.replace(": remove", ": keep (not-enabled)"),
  ]);
  expect(rows({ ...plan, bases: found }, store)).toEqual(Object.fromEntries(expected));
  expect(takenPlaces(plan)).toEqual([]);
});

it("waits for the grace period of an orphan in an automatic run, and takes the duplicate and the stale one", async () => {
  const store = golden();
  const automatic = { ...store.options, mode: "automatic" } as const;
  const judged = rows(await scan(automatic), store);
  expect([judged["doomed/.git"], judged["hash of doomed"]]).toEqual([
    "orphan absent-observed, ?, orphan: keep (grace)",
    "orphan absent-observed, ?, orphan: keep (grace)",
  ]);
  expect(takenPlaces(await scan(automatic))).toEqual(["alpha-clone/.git", store.hash("alpha")].toSorted());
  const none = { ...automatic, settings: { ...store.options.settings, collect: [] } };
  expect(takenPlaces(await scan(none))).toEqual([]);
});

it("moves those alone, and restores them with the same bytes, modes and times", async () => {
  const store = golden();
  const { options, root, base } = store;
  const before = fingerprint(root);
  const plan = await scan({ ...options, disposal: "trash" });
  expect(diff(before, fingerprint(root))).toEqual([]);
  const result = await prune(plan, options);
  expect(outcomesOf(result).map(([, outcome]) => outcome)).toEqual(["trashed", "trashed", "trashed", "trashed"]);
  const taken = ["alpha-clone/.git", "doomed/.git", store.hash("alpha"), store.hash("doomed")];
  const left = fingerprint(root, { ignore: (path) => path.includes(".history.gc") });
  const gone = diff(before, left).filter((line) => line.startsWith("- "));
  expect(gone.filter((line) => !taken.some((place) => line.includes(`history/${place}`)))).toEqual([]);
  expect(taken.map((place) => existsSync(join(base, place)))).toEqual([false, false, false, false]);
  expect(
    ["doomed/.project_root", "../projects.json", "../tmp/doomed"].map((each) => existsSync(join(base, each))),
  ).toEqual([true, true, true]);
  // What is left of a slug is the name that the agent uses again: it is no entry, and nothing strange.
  const again = await scan({ ...options, everything: true });
  expect(Object.keys(rows(again, store)).toSorted().toReversed()).toEqual([
    "hash of plain",
    "hash of beta",
    "alpha/.git",
  ]);
  expect(again.bases.flatMap(({ foreign }) => foreign)).toEqual([]);
  const back = await restore({ ...options, ids: outcomesOf(result).map(([id]) => id) });
  expect(back.rows.map(({ outcome }) => outcome)).toEqual(["restored", "restored", "restored", "restored"]);
  const after = fingerprint(root, { ignore: (path) => path.includes(".history.gc") });
  // The times of the directories that things were moved out of and into are those of the moves.
  expect(diff(before, after).filter((line) => !/: dir /.test(line))).toEqual([]);
});

it("takes a copy together with its original where both are stale, whichever of them is first", async () => {
  const store = golden();
  const now = (): number => AGENTS_NOW + 60 * DAY_MS;
  const options = { ...store.options, now };
  const plan = await scan({ ...options, disposal: "trash" });
  const judged = rows(plan, store);
  expect([judged["alpha/.git"], judged["hash of alpha"]]).toEqual([
    "stale unused, 3, stale: remove",
    "stale unused, 2, stale: remove",
  ]);
  const outcomes = outcomesOf(await prune(plan, options)).map(([, outcome]) => outcome);
  expect(new Set(outcomes)).toEqual(new Set(["trashed"]));
});

it("keeps an orphan and its copy whose directory came back between the plan and the move", async () => {
  const store = golden();
  const plan = await scan({ ...store.options, disposal: "trash" });
  mkdirSync(join(store.projects, "doomed"));
  const outcomes = Object.fromEntries(outcomesOf(await prune(plan, store.options)));
  expect(outcomes["doomed"]).toBe("changed");
  expect(existsSync(join(store.base, "doomed/.git"))).toBe(true);
  expect(existsSync(join(store.base, store.hash("doomed")))).toBe(true);
  writeFileSync(join(store.projects, "doomed/file"), "");
  expect(rows(await scan(store.options), store)["hash of doomed"]).toMatch(/^debris duplicate/);
});
