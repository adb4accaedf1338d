// The store that two versions of Kilo wrote on one home: every row of it, and the way to the trash and back.

import { existsSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { type Plan, prune, restore, scan, type ScanOptions } from "../../../src/index.ts";
import { AGENTS_NOW, type AgentsStore, sha1, unpackAgents } from "../../support/agents-store.ts";
import { HOUR_MS } from "../../support/paths.ts";
import { outcomesOf } from "../../support/session-store.ts";
import { diff, fingerprint } from "../../support/tree.ts";
import { takenPlaces } from "../../support/worktree-repo.ts";

interface Golden extends AgentsStore {
  readonly base: string;
  readonly options: ScanOptions;
  /** `<project>/<name>` of a worktree below the base. */
  readonly placeOf: (name: string) => string;
}

function golden(): Golden {
  const store = unpackAgents("kilo");
  const base = join(store.home, ".local/share/kilo/snapshot");
  // A directory that is older than its own birth was copied, and then nothing in it is old.
  utimesSync(base, new Date(), new Date());
  const options = {
    env: { HOME: store.home },
    agent: "kilo",
    now: () => AGENTS_NOW,
    settings: { retention_days: 30, delete_orphans: true },
  } as const;
  const placeOf = (name: string): string => {
    const id = sha1(join(store.projects, name));
    const project = readdirSync(base).find((each) => existsSync(join(base, each, id))) ?? "none";
    return `${project}/${id}`;
  };
  return { ...store, base, options, placeOf };
}

/** Verdict, snapshots and action of each entry, by its directory. */
function rows(plan: Plan, { root }: AgentsStore): Readonly<Record<string, string>> {
  const entries = plan.bases.flatMap((base) => base.entries);
  return Object.fromEntries(
    entries.map(({ judged, ruling, snapshots }) => {
      const nested = judged.entry.members[0].place.includes("/") ? "" : "older ";
      const worktree = String(judged.evidence["core.worktree"]).replace(`${root}/projects/`, "");
      const held = ruling.holds.map(({ code }) => ` (${code})`).join("");
      const count = snapshots?.count ?? "?";
      return [
        `${nested}${worktree}`,
        `${judged.verdict}, ${count}, ${ruling.rule ?? "no rule"}: ${ruling.action}${held}`,
      ];
    }),
  );
}

const EXPECTED = {
  "alpha": "live, 2, no rule: keep",
  "alpha-clone": "live, 1, no rule: keep",
  "doomed": "orphan, 2, orphan: remove",
  "older beta": "unidentified, ?, no rule: keep",
  "beta": "live, 1, no rule: keep",
  "empty-git": "live, 1, no rule: keep",
};

it("judges each entry of the golden store as is written there", async () => {
  const store = golden();
  const all = await scan({ ...store.options, everything: true, snapshots: "all" });
  expect(rows(all, store)).toEqual(EXPECTED);
  expect(all.bases.flatMap(({ foreign }) => foreign)).toEqual([]);
  expect(takenPlaces(await scan(store.options))).toEqual([store.placeOf("doomed")]);
});

it("moves the orphan alone, and restores it with the same bytes, modes and times", async () => {
  const store = golden();
  const { options, root } = store;
  const before = fingerprint(root);
  const plan = await scan({ ...options, disposal: "trash" });
  expect(diff(before, fingerprint(root))).toEqual([]);
  const place = store.placeOf("doomed");
  const result = await prune(plan, options);
  expect(outcomesOf(result).map(([, outcome]) => outcome)).toEqual(["trashed"]);
  const gone = diff(before, fingerprint(root, { ignore: (path) => path.includes(".snapshot.gc") }));
  expect(gone.filter((line) => line.startsWith("- ") && !line.includes(place))).toEqual([]);
  expect(existsSync(join(store.base, place))).toBe(false);
  const back = await restore({ ...options, ids: outcomesOf(result).map(([id]) => id) });
  expect(back.rows.map(({ outcome }) => outcome)).toEqual(["restored"]);
  const after = fingerprint(root, { ignore: (path) => path.includes(".snapshot.gc") });
  expect(diff(before, after).filter((line) => !/: dir /.test(line))).toEqual([]);
});

it.each(["alternates.materializing", "alternates.seed"])(
  "leaves an orphan with %s to the agent in an automatic run, whatever its age, and takes it in a manual one",
  async (name) => {
    const store = golden();
    const path = join(store.base, store.placeOf("doomed"), "objects/info", name);
    writeFileSync(path, "");
    const now = () => AGENTS_NOW + 90 * 24 * HOUR_MS;
    const age = (ms: number): void => utimesSync(path, (AGENTS_NOW - ms) / 1000, (AGENTS_NOW - ms) / 1000);
    age(0);
    expect(rows(await scan(store.options), store)["doomed"]).toMatch(/keep \(busy\)$/);
    age(30 * 24 * HOUR_MS);
    expect(rows(await scan(store.options), store)["doomed"]).toMatch(/remove$/);
    const automatic = { ...store.options, now, mode: "automatic" } as const;
    const collect = { ...store.options.settings, collect: ["kilo-snapshots"] };
    expect(rows(await scan({ ...automatic, settings: collect }), store)["doomed"]).toMatch(/\(unfinished\)/);
  },
);

it("takes what its own remover left half deleted, a day after that was touched, and no other name", async () => {
  const store = golden();
  const id = sha1(join(store.projects, "alpha"));
  const project = store.placeOf("alpha").split("/")[0] ?? "";
  const uuid = "0a1b2c3d-0a1b-4c3d-8a1b-0a1b2c3d4e5f";
  const names = [`.${id}.cleanup-${uuid}`, `.${id}.cleanup-mine`, `.mine.cleanup-${uuid}`, `${id}.cleanup-${uuid}`];
  for (const name of names) {
    const file = join(store.base, project, name, "objects/pack/pack-1.pack");
    mkdirSync(join(file, ".."), { recursive: true });
    writeFileSync(file, "left");
    for (const path of [file, join(store.base, project, name)])
      utimesSync(path, (AGENTS_NOW - 25 * HOUR_MS) / 1000, (AGENTS_NOW - 25 * HOUR_MS) / 1000);
    for (const path of ["objects/pack", "objects"].map((each) => join(store.base, project, name, each)))
      utimesSync(path, (AGENTS_NOW - 25 * HOUR_MS) / 1000, (AGENTS_NOW - 25 * HOUR_MS) / 1000);
  }
  const plan = await scan(store.options);
  expect(takenPlaces(plan)).toEqual([`${project}/${names[0] ?? ""}`, store.placeOf("doomed")].toSorted());
  expect(plan.bases.flatMap(({ foreign }) => foreign)).toEqual(
    names
      .slice(1)
      .map((name) => `${project}/${name}`)
      .toSorted(),
  );
  const young = join(store.base, project, names[0] ?? "", "objects/pack/pack-1.pack");
  utimesSync(young, (AGENTS_NOW - 23 * HOUR_MS) / 1000, (AGENTS_NOW - 23 * HOUR_MS) / 1000);
  expect(takenPlaces(await scan(store.options))).toEqual([store.placeOf("doomed")]);
});
