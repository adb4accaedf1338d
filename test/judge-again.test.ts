// An entry is judged again without its walk: what the walk found still counts, and nothing else of the judgement before.

import { utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { scan, type ScanOptions } from "../src/index.ts";
import { revalidate } from "../src/judge.ts";
import type { Judged } from "../src/model/judgement.ts";
import { contextOf, judgeContextFor } from "../src/runs/context.ts";
import { common } from "./reclaim/runs.ts";
import { miniclawBase, writeSession } from "./support/miniclaw.ts";
import { DAY_MS, setTimes } from "./support/paths.ts";
import { world } from "./support/world.ts";

const NOW = 1_795_694_400_000;

/** All entries, and a way to judge one of them again. */
async function judgedBy(options: ScanOptions): Promise<{
  readonly all: readonly Judged[];
  readonly again: (judged: Judged) => Promise<Judged | null>;
}> {
  const plan = await scan({ ...options, everything: true });
  const bases = plan.bases.filter(({ entries }) => entries.length > 0);
  const context = await contextOf(options);
  return {
    all: bases.flatMap(({ entries }) => entries.map(({ judged }) => judged)),
    again: async (judged) => {
      const base = bases.find(({ ref }) => ref.path === judged.entry.base)!;
      const judging = await judgeContextFor(base.ref, base.state, base.settings, plan.now, context);
      return revalidate(judged.entry, judged, judging);
    },
  };
}

describe("a session that is judged again", () => {
  it.each([
    ["half of it is there", '{"session_id": "tele'],
    ["its times are gone", '{"session_id": "telegram_1", "channel": "telegram", "chat_id": "1", "messages": []}'],
  ])("is not older by what it said before where %s", async (_how, text) => {
    const w = world();
    const base = miniclawBase(w.root);
    const path = writeSession(base, "telegram_1", 60, NOW);
    writeSession(base, "telegram_2", 60, NOW);
    const { all, again } = await judgedBy({ env: { HOME: w.root }, now: () => NOW });
    expect(all.map(({ verdict }) => verdict)).toEqual(["stale", "stale"]);
    writeFileSync(path, text);
    utimesSync(path, (NOW - 60 * DAY_MS) / 1000, (NOW - 60 * DAY_MS) / 1000);
    const [spoilt, twin] = [await again(all[0]!), await again(all[1]!)];
    expect([spoilt?.verdict, spoilt?.old, spoilt?.lastUsed]).toEqual(["unidentified", false, null]);
    expect([twin?.verdict, twin?.lastUsed]).toEqual(["stale", all[1]!.lastUsed]);
  });
});

describe("a repo that is judged again", () => {
  it("is as young as the newest file that the walk found, which is none of the places that every use touches", async () => {
    const w = world();
    const repos = ["used", "unused"].map((name) => w.repo(name, { ageDays: 60 }));
    const deep = join(repos[0]!.path, "objects/info/packs");
    writeFileSync(deep, "");
    for (const { path } of repos) setTimes(path, Date.now() - 60 * DAY_MS);
    utimesSync(deep, Date.now() / 1000 - 86_400, Date.now() / 1000 - 86_400);
    const { all, again } = await judgedBy(common(w));
    const verdictOf = async (id: string): Promise<readonly unknown[]> => {
      const judged = all.find(({ entry }) => entry.id === id)!;
      const now = await again(judged);
      return [judged.verdict, now?.verdict, now?.lastUsed?.at === judged.lastUsed?.at];
    };
    expect(await verdictOf(repos[0]!.id)).toEqual(["live", "live", true]);
    expect(await verdictOf(repos[1]!.id)).toEqual(["stale", "stale", true]);
  });
});
