// Shadow repos in archives of the migration: each judged by its own marker and times, strays shown and kept, and the
// archive gone with the last of what was in it.

import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { autoPrune, prune, restore, scan, type Plan, type RunResult, type ScanOptions } from "../../../../src/index.ts";
import { hash16 } from "../../../support/paths.ts";
import { plantShadow } from "../../../support/shadow.ts";
import { diff, fingerprint } from "../../../support/tree.ts";
import { type World, world } from "../../../support/world.ts";

const ARCHIVE = "legacy-20260601-101500";

function optionsOf(w: World): ScanOptions {
  return { home: w.home, env: { HOME: w.root }, settings: { stores: ["hermes-archive"] } };
}

/** A shadow repo in the archive, all of it so many days old. */
function archived(w: World, name: string, days: number): string {
  const workdir = join(w.work, name);
  const path = join(w.base, ARCHIVE, hash16(workdir));
  plantShadow(path, workdir, 1);
  w.age(path, days);
  return path;
}

function rows(plan: Plan): readonly (readonly [string | undefined, string, string])[] {
  return (plan.bases[0]?.entries ?? []).map(
    ({ judged, ruling }) => [judged.subject?.value.split("/").at(-1), judged.verdict, ruling.action] as const,
  );
}

function outcomes(result: RunResult): readonly string[] {
  return (result.bases[0]?.entries ?? []).map(({ outcome }) => outcome);
}

describe("an archive", () => {
  it("is judged repo by repo, whatever its own date is; other files in it are shown and kept", async () => {
    const w = world();
    w.legacy("20260601-101500");
    archived(w, "old", 30);
    // The date of the move, by which Hermes removes it as a whole, is old here and young there.
    w.age(join(w.base, ARCHIVE, "stray.txt"), 300);
    const plan = await scan(optionsOf(w));
    expect(new Set(rows(plan).map((row) => row.join(" ")))).toEqual(
      new Set([
        "archived-20260601-101500 live keep",
        "archived-gone-20260601-101500 orphan remove",
        "old stale remove",
      ]),
    );
    expect(plan.bases[0]?.foreign).toEqual([`${ARCHIVE}/not-a-repo`, `${ARCHIVE}/stray.txt`]);
    const strays = ["not-a-repo", "stray.txt"].map((name) => fingerprint(join(w.base, ARCHIVE, name)));
    expect(outcomes(await prune(plan, optionsOf(w)))).toEqual(["removed", "removed"]);
    expect(readdirSync(join(w.base, ARCHIVE)).toSorted()).toEqual(
      [hash16(join(w.work, "archived-20260601-101500")), "not-a-repo", "stray.txt"].toSorted(),
    );
    expect(
      ["not-a-repo", "stray.txt"].flatMap((name, at) => diff(strays[at]!, fingerprint(join(w.base, ARCHIVE, name)))),
    ).toEqual([]);
  });

  it("is removed when it is empty, and is made again by a restore", async () => {
    const w = world();
    const path = archived(w, "old", 30);
    const before = fingerprint(path);
    expect(outcomes(await autoPrune({ ...optionsOf(w), optIn: true, force: true }))).toEqual(["trashed"]);
    expect(existsSync(join(w.base, ARCHIVE))).toBe(false);
    const { rows: back } = await restore({ ...optionsOf(w), ids: [hash16(join(w.work, "old"))] });
    expect(back.map(({ outcome, error }) => [outcome, error])).toEqual([["restored", null]]);
    expect(diff(before, fingerprint(path))).toEqual([]);
  });

  it("stays where a stray is in it, and where one of its repos stays", async () => {
    const w = world();
    archived(w, "old", 30);
    writeFileSync(join(w.base, ARCHIVE, ".hidden"), "");
    await prune(await scan(optionsOf(w)), optionsOf(w));
    expect(readdirSync(join(w.base, ARCHIVE))).toEqual([".hidden"]);
    rmSync(join(w.base, ARCHIVE, ".hidden"));
    archived(w, "old", 30);
    archived(w, "young", 1);
    await prune(await scan(optionsOf(w)), optionsOf(w));
    expect(readdirSync(join(w.base, ARCHIVE))).toEqual([hash16(join(w.work, "young"))]);
  });

  it("and the base may hold a repo of the same directory: each is its own", async () => {
    const w = world();
    const old = archived(w, "twice", 30);
    const fresh = w.repo("twice");
    const options = { ...optionsOf(w), settings: { stores: ["hermes-archive" as const, "hermes-shadow" as const] } };
    const plan = await scan(options);
    expect(new Set(rows(plan).map(([, verdict, action]) => `${verdict} ${action}`))).toEqual(
      new Set(["live keep", "stale remove"]),
    );
    await prune(plan, options);
    expect([existsSync(old), existsSync(fresh.path)]).toEqual([false, true]);
  });

  it("is not collected where it is not in stores, and an empty one is left to Hermes", async () => {
    const w = world();
    const path = archived(w, "old", 30);
    mkdirSync(join(w.base, "legacy-20260701-000000"));
    const { settings: _, ...options } = optionsOf(w);
    expect(rows(await scan(options))).toEqual([["old", "stale", "keep"]]);
    await prune(await scan(options), options);
    expect([existsSync(path), existsSync(join(w.base, "legacy-20260701-000000"))]).toEqual([true, true]);
  });
});
