// The store that three versions of opencode wrote on one home: every row of it, and the way to the trash and back.

import { existsSync, mkdirSync, readdirSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { type Plan, prune, restore, scan, type ScanOptions } from "../../../src/index.ts";
import { AGENTS_NOW, type AgentsStore, sha1, unpackAgents } from "../../support/agents-store.ts";
import { outcomesOf } from "../../support/session-store.ts";
import { diff, fingerprint } from "../../support/tree.ts";

const KINDS = ["opencode-snapshots", "opencode-temporary"];

interface Golden extends AgentsStore {
  readonly data: string;
  readonly options: ScanOptions;
}

function golden(collect: readonly string[] = KINDS): Golden {
  const store = unpackAgents("opencode");
  const data = join(store.home, ".local/share/opencode");
  // A directory that is older than its own birth was copied, and then nothing in it is old.
  for (const base of ["snapshot", "project"]) utimesSync(join(data, base), new Date(), new Date());
  const settings = { collect, retention_days: 30, delete_orphans: true };
  const options = { env: { HOME: store.home }, agent: "opencode", now: () => AGENTS_NOW, settings } as const;
  return { ...store, data, options };
}

/** Verdict and action of each entry, by its layout, its directory and, of a temporary file, its name. */
function rows(plan: Plan, { root }: AgentsStore): Readonly<Record<string, string>> {
  const entries = plan.bases.flatMap((base) => base.entries);
  return Object.fromEntries(
    entries.map(({ judged, ruling }) => {
      const { place } = judged.entry.members[0];
      const [first = "", second, ...deeper] = place.split("/");
      const worktree = String(judged.evidence["core.worktree"] ?? judged.subject?.value).replace(
        `${root}/projects/`,
        "",
      );
      const layout =
        second === "snapshots" ? "slug" : second === undefined ? `project ${first.slice(0, 6)}` : "worktree";
      const held = ruling.holds.map(({ code }) => ` (${code})`).join("");
      const file = deeper.at(-1);
      return [
        file === undefined ? `${layout} ${worktree}` : `${worktree} ${file}`,
        `${judged.verdict}, ${ruling.rule ?? "no rule"}: ${ruling.action}${held}`,
      ];
    }),
  );
}

const EXPECTED = {
  "worktree alpha": "live, no rule: keep",
  "worktree alpha-clone": "live, no rule: keep",
  "worktree alpha-wt": "live, no rule: keep",
  "worktree doomed": "orphan, orphan: remove",
  "worktree dusty": "stale, stale: keep (undo-deletes)",
  "worktree empty-git": "live, no rule: keep",
  "worktree upgraded": "live, no rule: keep",
  "project global empty-git": "unidentified, no rule: keep",
  "project a7895a upgraded": "unidentified, no rule: keep",
  "project 595495 beta": "unidentified, no rule: keep",
  "slug ancient": "stale, stale: keep (not-enabled)",
  "slug upgraded": "stale, stale: keep (not-enabled)",
  "alpha tmp_pack_Ab12Cd": "debris, debris: remove",
  "alpha-clone tmp_pack_Zz99Yy": "debris, no rule: keep",
};

it("judges each entry of the golden store as is written there", async () => {
  const store = golden();
  expect(rows(await scan({ ...store.options, everything: true }), store)).toEqual(EXPECTED);
  // What is not measured first is planned alike.
  expect(rows(await scan(store.options), store)).toEqual(EXPECTED);
});

it("takes nothing that no setting and no option names, and names the setting", async () => {
  const store = golden();
  const { agent, ...others } = store.options;
  const plan = await scan({ ...others, settings: { retention_days: 30 } });
  const found = plan.bases.flatMap(({ ref, entries }) => (ref.agent === agent ? entries : []));
  const going = found.filter(({ ruling }) => ruling.rule !== null);
  expect(going.length).toBeGreaterThan(3);
  for (const { ruling } of going) expect(ruling.holds.map(({ code }) => code)).toContain("not-enabled");
});

it("waits for the grace period of an orphan in an automatic run, and takes the temporary file", async () => {
  const store = golden();
  const judged = rows(await scan({ ...store.options, mode: "automatic" }), store);
  expect(judged["worktree doomed"]).toBe("orphan, orphan: keep (grace)");
  expect(judged["alpha tmp_pack_Ab12Cd"]).toBe("debris, debris: remove");
});

it("takes those of versions before 1.0 where their kind is named", async () => {
  const store = golden(["opencode-ancient"]);
  const judged = rows(await scan(store.options), store);
  expect([judged["slug ancient"], judged["slug upgraded"]]).toEqual(["stale, stale: remove", "stale, stale: remove"]);
  expect(judged["worktree doomed"]).toBe("orphan, orphan: remove");
  const { agent, ...others } = store.options;
  expect(agent).toBe("opencode");
  expect(rows(await scan(others), store)["worktree doomed"]).toBe("orphan, orphan: keep (not-enabled)");
});

it("never takes one of an older layout, or one whose directory is there, whatever is included", async () => {
  const store = golden();
  const include = ["unidentified", "unreachable", "unreadable"] as const;
  const judged = rows(await scan({ ...store.options, include, everything: true }), store);
  expect(judged["project 595495 beta"]).toBe("unidentified, unidentified: keep (shared-layout)");
  expect(judged["project global empty-git"]).toBe("unidentified, unidentified: keep (shared-layout)");
  expect(judged["worktree dusty"]).toBe("stale, stale: keep (undo-deletes)");
});

it("does not measure newer repositories inside one of an older layout with it", async () => {
  const store = golden();
  const plan = await scan({ ...store.options, everything: true });
  const entries = plan.bases.flatMap((base) => base.entries);
  const outer = entries.find(({ judged }) => judged.entry.id.startsWith("a7895aa9") && judged.entry.id.length === 40);
  const path = outer?.judged.entry.members[0].path ?? "";
  const files = readdirSync(path, { recursive: true, withFileTypes: true }).filter(
    (file) => file.isFile() && !join(file.parentPath, file.name).includes(sha1(join(store.projects, "upgraded"))),
  );
  expect(outer?.judged.files).toBe(files.length);
});

it("moves the orphan and the temporary file alone, and restores both with the same bytes, modes and times", async () => {
  const store = golden();
  const { data, options, root } = store;
  const before = fingerprint(root);
  const plan = await scan({ ...options, disposal: "trash" });
  expect(diff(before, fingerprint(root))).toEqual([]);
  const result = await prune(plan, options);
  expect(outcomesOf(result).map(([, outcome]) => outcome)).toEqual(["trashed", "trashed"]);
  const doomed = sha1(join(store.projects, "doomed"));
  const gone = diff(before, fingerprint(root, { ignore: (path) => path.includes(".snapshot.gc") }));
  const removed = gone.filter((line) => line.startsWith("- "));
  expect(removed.filter((line) => !line.includes(doomed) && !line.includes("tmp_pack_Ab12Cd"))).toEqual([]);
  expect(removed.filter((line) => line.includes("tmp_pack_Ab12Cd"))).toHaveLength(1);
  expect(removed.length).toBeGreaterThan(2);
  // The directory of its project stays: the program makes the next one in it.
  expect(readdirSync(join(data, "snapshot")).filter((name) => name.startsWith("8c96"))).toHaveLength(1);
  const ids = outcomesOf(result).map(([id]) => id);
  const back = await restore({ ...options, ids });
  expect(back.rows.map(({ outcome }) => outcome)).toEqual(["restored", "restored"]);
  const after = fingerprint(root, { ignore: (path) => path.includes(".snapshot.gc") });
  // The times of the directories that things were moved out of and into are those of the moves.
  expect(diff(before, after).filter((line) => !/: dir /.test(line))).toEqual([]);
});

it("keeps an orphan whose directory came back between the plan and the move", async () => {
  const store = golden();
  const plan = await scan({ ...store.options, disposal: "trash" });
  mkdirSync(join(store.projects, "doomed"));
  const doomed = plan.bases.flatMap(({ entries }) => entries).find(({ judged }) => judged.verdict === "orphan");
  const result = await prune(plan, store.options);
  expect(Object.fromEntries(outcomesOf(result))[doomed?.judged.entry.id ?? ""]).toBe("changed");
  expect(existsSync(doomed?.judged.entry.members[0].path ?? "")).toBe(true);
});
