// The stores of Cline and Roo, made with real git by the steps in their code: every row of them, and the way to the trash and back.

import { existsSync, readdirSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { type Plan, prune, restore, scan, type ScanOptions } from "../../../src/index.ts";
import { AGENTS_NOW, type AgentsStore, hash31, unpackAgents } from "../../support/agents-store.ts";
import { outcomesOf } from "../../support/session-store.ts";
import { diff, fingerprint } from "../../support/tree.ts";

const STORAGE = ".config/Code/User/globalStorage";
const BASES = {
  cline: [`${STORAGE}/saoudrizwan.claude-dev/checkpoints`, ".cline/data/checkpoints"],
  roo: [`${STORAGE}/rooveterinaryinc.roo-cline/tasks`, `${STORAGE}/kilocode.kilo-code/tasks`],
} as const;

function golden(agent: "cline" | "roo"): AgentsStore & { readonly options: ScanOptions } {
  const store = unpackAgents("cline-roo");
  // A directory that is older than its own birth was copied, and then nothing in it is old.
  for (const base of BASES[agent]) utimesSync(join(store.home, base), new Date(), new Date());
  const settings = { retention_days: 30, delete_orphans: true };
  return { ...store, options: { env: { HOME: store.home }, agent, now: () => AGENTS_NOW, settings } };
}

/** Verdict, snapshots and action of each entry, by label of the base and directory. */
function rows(plan: Plan, { root }: AgentsStore): Readonly<Record<string, string>> {
  return Object.fromEntries(
    plan.bases.flatMap(({ ref, entries }) =>
      entries.map(({ judged, ruling, snapshots }) => {
        const worktree = String(judged.evidence["core.worktree"]).replace(`${root}/projects/`, "");
        const held = ruling.holds.map(({ code }) => ` (${code})`).join("");
        const count = snapshots?.count ?? "?";
        const what = `${judged.verdict}, ${count}, ${ruling.rule ?? "no rule"}: ${ruling.action}${held}`;
        return [`${ref.label ?? "-"}: ${worktree}`, what] as const;
      }),
    ),
  );
}

const EXPECTED = {
  cline: {
    "Code: alpha": "live, 3, no rule: keep",
    "Code: doomed": "orphan, 2, orphan: remove",
    "Code: sleepy": "stale, 1, stale: remove",
    "command line: beta": "live, 2, no rule: keep",
    "command line: gone2": "orphan, 2, orphan: remove",
  },
  roo: {
    "Code: alpha": "live, 2, no rule: keep",
    "Code: doomed": "orphan, 2, orphan: remove",
    "Code: sleepy": "stale, 2, stale: remove",
    "Code kilo-code: beta": "live, 2, no rule: keep",
  },
} as const;

it.each(["cline", "roo"] as const)("judges each entry of %s as is written there", async (agent) => {
  const store = golden(agent);
  const all = await scan({ ...store.options, everything: true, snapshots: "all" });
  expect(rows(all, store)).toEqual(EXPECTED[agent]);
  expect(all.bases.flatMap(({ foreign }) => foreign)).toEqual([]);
  // What is not measured first is planned alike.
  const actions = (plan: Plan): readonly string[] =>
    Object.values(rows(plan, store)).map((row) => row.replace(/, .*, /, ", "));
  expect(actions(await scan(store.options))).toEqual(actions(all));
});

it.each([
  ["cline", "orphan, ?, orphan: keep (grace)", "stale, 1, stale: remove"],
  // A task is named for no directory, so its path is not proved by its name.
  ["roo", "orphan, ?, orphan: keep (grace) (unverified)", "stale, 2, stale: remove"],
] as const)("of %s takes what is old in an automatic run, and waits with an orphan", async (agent, orphan, stale) => {
  const store = golden(agent);
  const settings = { ...store.options.settings, collect: ["cline-checkpoints", "roo-checkpoints"] };
  const judged = rows(await scan({ ...store.options, settings, mode: "automatic" }), store);
  expect([judged["Code: doomed"], judged["Code: sleepy"]]).toEqual([orphan, stale]);
});

it.each(["cline", "roo"] as const)(
  "moves repositories of %s alone, and restores them with the same bytes and times",
  async (agent) => {
    const store = golden(agent);
    const { options, root } = store;
    const before = fingerprint(root);
    const plan = await scan({ ...options, disposal: "trash" });
    expect(diff(before, fingerprint(root))).toEqual([]);
    const result = await prune(plan, options);
    const going = Object.values(EXPECTED[agent]).filter((row) => row.endsWith("remove"));
    expect(outcomesOf(result).map(([, outcome]) => outcome)).toEqual(going.map(() => "trashed"));
    const isOurs = (path: string): boolean => /\.(?:tasks|checkpoints)\.gc/.test(path);
    const gone = diff(before, fingerprint(root, { ignore: isOurs })).filter((line) => line.startsWith("- "));
    const own = agent === "cline" ? /checkpoints\/\d+/ : /tasks\/[^/]+\/checkpoints/;
    expect(gone.filter((line) => !own.test(line))).toEqual([]);
    expect(gone.length).toBeGreaterThan(50);
    const back = await restore({ ...options, ids: outcomesOf(result).map(([id]) => id) });
    expect(back.rows.map(({ outcome }) => outcome)).toEqual(going.map(() => "restored"));
    const after = diff(before, fingerprint(root, { ignore: isOurs }));
    expect(after.filter((line) => !/: dir /.test(line))).toEqual([]);
  },
);

it("leaves the files of a chat whose repository goes", async () => {
  const store = golden("roo");
  await prune(await scan({ ...store.options, disposal: "trash" }), store.options);
  const task = join(store.home, BASES.roo[0], "22222222-2222-4222-8222-222222222222");
  expect(existsSync(join(task, "checkpoints"))).toBe(false);
  expect(readdirSync(task).toSorted()).toEqual([
    "api_conversation_history.json",
    "history_item.json",
    "ui_messages.json",
  ]);
});

it("knows the hash that is a name", () => {
  // As the program computes it for these two, with a unit of UTF-16 that is one half of a character.
  expect([hash31("/srv/agents-golden/projects/alpha"), hash31("/srv/agents-golden/projects/beta")]).toEqual([
    "2974663703",
    "3836758039",
  ]);
});
