// `trash restore --dry-run`: what would go back, where, and what could not; and nothing of the disk changes.
import { lstatSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type DocumentOf, schemaOf } from "../src/report/schema.ts";
import { namesIn, trashNames } from "./reclaim/runs.ts";
import { run } from "./support/run.ts";
import { type ShadowRepo, type World, world } from "./support/world.ts";

const TRASH = ["prune", "--yes", "--trash"];

/** One whose place is free, and one that has a new repo in its place. */
async function trashed(): Promise<{ w: World; free: ShadowRepo; taken: ShadowRepo }> {
  const w = world();
  const free = w.repo("free", { workdir: "delete" });
  const taken = w.repo("taken", { workdir: "delete" });
  expect((await run(TRASH, { home: w })).code).toBe(0);
  w.repo("taken", { snapshots: 1 });
  return { w, free, taken };
}

/** Every path below the home with its time and inode. */
function snapshotOf(w: World): readonly string[] {
  const paths = readdirSync(w.home, { recursive: true, encoding: "utf8" }).toSorted();
  return paths.map((path) => {
    const { mtimeMs, ino, size } = lstatSync(join(w.home, path));
    return `${path} ${mtimeMs} ${ino} ${size}`;
  });
}

async function dryRun(w: World, ...words: readonly string[]): Promise<string> {
  const before = snapshotOf(w);
  const { code, stdout, stderr } = await run(["trash", "restore", ...words, "--dry-run"], { home: w });
  expect(code, stderr).toBe(0);
  expect(snapshotOf(w)).toEqual(before);
  return stdout;
}

async function planned(w: World, ...words: readonly string[]): Promise<DocumentOf<"trash restore">> {
  const { code, stdout } = await run(["trash", "restore", ...words, "-n", "--json"], { home: w });
  expect(code).toBe(0);
  return schemaOf("trash restore").parse(JSON.parse(stdout)) as DocumentOf<"trash restore">;
}

describe("trash restore --dry-run", () => {
  it("lists what would go back and to where, what has something new in its place, and the command for that", async () => {
    const { w, free, taken } = await trashed();
    const text = await dryRun(w, "--all");
    expect(text).toMatch(/^Would restore to ~\/.*: 1 repo, /m);
    expect(text).toMatch(new RegExp(`${free.id}.*free\\s*$`, "m"));
    expect(text).toMatch(/^Would stay in the trash: 1 repo, /m);
    expect(text).toMatch(new RegExp(`${taken.id}.*something new is in its place`));
    expect(text).toMatch(/^Once restored, no run removes it before \d+ \w{3}(?: \d{4})?\.$/m);
    expect(text).toContain("Dry run: nothing was changed.");
    expect(text).toContain("To exchange with what is there: checkpoints trash restore --all --swap");
  });

  it("has the same in JSON, with the id of the row and the path, and only the rows that were asked for", async () => {
    const { w, free, taken } = await trashed();
    const { dryRun: isDry, trash, planned: rows } = await planned(w, "--all");
    expect([isDry, trash.length]).toEqual([true, 2]);
    expect(rows!.toSorted((a, b) => Number(a.outcome === "conflict") - Number(b.outcome === "conflict"))).toMatchObject(
      [
        { base: w.base, path: join(w.base, free.id), outcome: "restore", error: null },
        { base: w.base, path: join(w.base, taken.id), outcome: "conflict", error: { code: "EEXIST" } },
      ],
    );
    expect(rows!.map(({ id }) => id)).toEqual(trash.map(({ id }) => id));
    const one = await planned(w, free.id);
    expect([one.trash.map(({ entryId }) => entryId), one.planned!.length]).toEqual([[free.id], 1]);
  });

  it("--swap would exchange the one that is taken, and not call the free one an exchange", async () => {
    const { w, free, taken } = await trashed();
    const text = await dryRun(w, "--all", "--swap");
    expect(text).toMatch(new RegExp(`${taken.id}.*is exchanged with what is in its place now`));
    expect(text).toMatch(new RegExp(`${free.id}.*free\\s*$`, "m"));
    expect(text).not.toContain("Would stay");
    const outcomes = (await planned(w, "--all", "--swap")).planned!.map(({ outcome }) => outcome);
    expect(outcomes.toSorted()).toEqual(["exchange", "restore"]);
  });

  it("--to names the path in the directory, creates nothing, and says which name is taken there", async () => {
    const { w, free, taken } = await trashed();
    const to = join(w.root, "out");
    expect(await dryRun(w, free.id, "--to", to)).toMatch(
      new RegExp(`Would restore to .*out: .*moves to .*out/${free.id}`, "s"),
    );
    expect(() => lstatSync(to)).toThrow("ENOENT");
    mkdirSync(to);
    writeFileSync(join(to, taken.id), "");
    const text = await dryRun(w, "--all", "--to", to);
    expect(text).toMatch(new RegExp(`Would stay in the trash: 1 repo.*${taken.id} exists already`, "s"));
    expect(text).not.toMatch(/--swap|no run removes it/);
  });

  it("says what the restore then does: of two items with the same place the second stays", async () => {
    const { w, taken } = await trashed();
    rmSync(taken.workdir, { recursive: true });
    expect((await run(TRASH, { home: w })).code).toBe(0);
    const ids = trashNames(w).flatMap((name) => {
      const [id, at, nonce] = name.split(".");
      return id === taken.id ? [`${id}.${at}.${nonce}`] : [];
    });
    expect(ids).toHaveLength(2);
    const said = (await planned(w, ...ids)).planned!.map(({ outcome }) => outcome);
    const { stdout } = await run(["trash", "restore", ...ids, "--json"], { home: w });
    const { trash } = JSON.parse(stdout) as DocumentOf<"trash restore">;
    expect(said.toSorted()).toEqual(["conflict", "restore"]);
    expect(trash.flatMap(({ outcome }) => outcome ?? []).toSorted()).toEqual(["conflict", "returned"]);
    expect(namesIn(w.base)).toEqual([taken.id]);
  });

  it("-q says only how many, and a word that matches nothing is the same error as without it", async () => {
    const { w } = await trashed();
    expect(await dryRun(w, "--all", "-q")).toMatch(/^Would restore 1 repo, .*\.\nDry run: nothing was changed\.\n$/);
    const { code, stderr } = await run(["trash", "restore", "nowhere", "-n"], { home: w });
    expect([code, stderr.includes("nothing in the trash matches")]).toEqual([2, true]);
  });
});
