// --older-than, --larger-than, --sort and --format, with the built command.

import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { run, type RunResult } from "../support/run.ts";
import { type ShadowRepo, world, type World } from "../support/world.ts";

interface Some {
  readonly w: World;
  /** Gone, used 40 days ago, 3 MB. */
  readonly large: ShadowRepo;
  /** Gone, used 90 days ago, small. */
  readonly old: ShadowRepo;
  /** Gone, used 10 days ago, small. */
  readonly young: ShadowRepo;
  /** There, used today, 2 MB. */
  readonly live: ShadowRepo;
}

function some(): Some {
  const w = world();
  const filler = (mb: number): Record<string, Buffer> => ({ "filler.pack": randomBytes(mb * 1024 * 1024) });
  return {
    w,
    large: w.repo("zebra", { workdir: "delete", ageDays: 40, inside: filler(3) }),
    old: w.repo("mole", { workdir: "delete", ageDays: 90 }),
    young: w.repo("ant", { workdir: "delete", ageDays: 10 }),
    live: w.repo("cat", { inside: filler(2) }),
  };
}

const ids = ({ stdout }: RunResult): string[] => stdout.split("\n").filter((line) => line !== "");

describe("limits of a selection", () => {
  it("remove what is old enough, and leave its younger twin", async () => {
    const { w, large, old, young } = some();
    const { code, stdout } = await run(["prune", "--older-than", "30d", "--yes"], { home: w });
    expect(code).toBe(0);
    expect(stdout).toContain("Removed 2 repos");
    expect([large, old, young].map(({ path }) => existsSync(path))).toEqual([false, false, true]);
  });

  it("remove what is large enough, and leave its smaller twin", async () => {
    const { w, large, old, young, live } = some();
    await run(["prune", "--larger-than", "2M", "--yes", "--trash"], { home: w });
    expect([large, old, young, live].map(({ path }) => existsSync(path))).toEqual([false, true, true, true]);
  });

  it("do not make anything removable: a shorter age than the retention takes nothing in use", async () => {
    const w = world();
    const used = w.repo("used", { ageDays: 20 });
    const { stdout } = await run(["prune", "--older-than", "1d", "--retention-days", "30", "--yes"], { home: w });
    expect(stdout).toContain("Nothing to remove.");
    expect(existsSync(used.path)).toBe(true);
  });

  it("are joined with what is named", async () => {
    const { w, large, old } = some();
    await run(["prune", "~/work/zebra", "~/work/ant", "--older-than", "30d", "--yes"], { home: w });
    expect(existsSync(large.path)).toBe(false);
    expect(existsSync(old.path)).toBe(true);
  });

  it("are repeated in the command that does what is shown", async () => {
    const { w } = some();
    const shown = await run(["prune", "-n", "--older-than", "4 weeks", "--larger-than", "1k"], { home: w });
    expect(shown.stdout).toContain("checkpoints prune --older-than 4weeks --larger-than 1k");
    const status = await run(["status", "--older-than", "4w"], { home: w });
    expect(status.stdout).toContain("checkpoints prune --older-than 4w");
  });

  it("of status list live ones too, and count the rest as not selected", async () => {
    const { w, large, old, live } = some();
    const { stdout } = await run(["status", "--larger-than", "2M"], { home: w });
    expect(stdout).toContain(large.id);
    expect(stdout).toContain(live.id);
    expect(stdout).not.toContain(old.id);
    expect(stdout).toContain("Not selected: 2 repos");
    const { entries } = (await run(["status", "--larger-than", "2M", "--json"], { home: w })).report();
    expect(entries.filter(({ selected }) => selected).map(({ id }) => id)).toEqual(
      expect.arrayContaining([large.id, live.id]),
    );
    expect(entries).toHaveLength(4);
  });

  it("hide what is kept to be safe outside the selection", async () => {
    const { w } = some();
    const away = w.repo("drive/away", { workdir: "delete-parent", ageDays: 20 });
    expect((await run(["prune", "-n"], { home: w })).stdout).toContain(away.id);
    expect((await run(["prune", "-n", "--older-than", "30d"], { home: w })).stdout).not.toContain(away.id);
    expect((await run(["prune", "-n", "~/work/zebra"], { home: w })).stdout).not.toContain(away.id);
  });

  it("are of compact too", async () => {
    const { w, live } = some();
    const all = await run(["compact", "-n", "--json"], { home: w });
    expect(all.json()).toMatchObject({ totals: { scanned: 4 } });
    const large = await run(["compact", "-n", "--json", "--larger-than", "2M", "--older-than", "0"], { home: w });
    expect(large.json()).toMatchObject({ totals: { scanned: 2 } });
    expect(large.stdout).toContain(live.id);
  });

  it.each([
    [["prune", "-n", "--older-than", "30"], '--older-than is "30": expected an age such as 12h, 30d, 2w, 6m or 1y'],
    [["status", "--older-than", "soon"], '--older-than is "soon": expected an age such as'],
    [["status", "--older-than", "-3d"], '--older-than is "-3d": expected an age such as'],
    [["prune", "-n", "--larger-than", "100"], '--larger-than is "100": expected a size such as 100M or 2G'],
    [["compact", "-n", "--larger-than", ""], '--larger-than is "": expected a size'],
    [["status", "--sort", "siz"], '--sort is "siz": expected size, age or name'],
    [["status", "--format", "csv"], '--format is "csv": expected ids or jsonl'],
    [["status", "--format", "ids", "--json"], "--format and --json cannot be used together"],
    [["prune", "--format", "ids"], "--format ids never asks: expected --dry-run or --yes with it"],
  ])("%j is refused", async (args, message) => {
    const w = world();
    const gone = w.repo("gone", { workdir: "delete", ageDays: 90 });
    const { code, stderr, stdout } = await run(args, { home: w });
    expect(code).toBe(2);
    expect(stderr + stdout).toContain(message);
    expect(existsSync(gone.path)).toBe(true);
  });
});

describe("--sort", () => {
  it.each([
    ["size", ["zebra", "mole", "ant"]],
    ["age", ["mole", "zebra", "ant"]],
    ["name", ["ant", "mole", "zebra"]],
  ])("%s orders the rows of a table", async (key, order) => {
    const { w } = some();
    const { stdout } = await run(["prune", "-n", "--sort", key], { home: w });
    const places = order.map((name) => stdout.indexOf(`work/${name}`));
    if (key === "size") expect(places[0]).toBeLessThan(Math.min(...places.slice(1)));
    else expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(places).not.toContain(-1);
  });

  it("orders documents and rows, and changes nothing of what is removed", async () => {
    const { w, old, large, young, live } = some();
    const byAge = [old.id, large.id, young.id, live.id];
    const { entries } = (await run(["status", "--json", "--sort", "age"], { home: w })).report();
    expect(entries.map(({ id }) => id)).toEqual(byAge);
    expect(ids(await run(["status", "--format", "ids", "--sort", "age"], { home: w }))).toEqual(byAge);
    const compacted = (await run(["compact", "-n", "--json", "--sort", "age"], { home: w })).json();
    expect(compacted).toMatchObject({ entries: byAge.map((id) => ({ id })) });
    expect((await run(["prune", "--yes", "--sort", "age"], { home: w })).stdout).toContain("Removed 3 repos");
  });
});

describe("--format", () => {
  it("ids prints what a dry run would remove, and what a run removed", async () => {
    const { w, large, old, young } = some();
    const would = await run(["prune", "-n", "--format", "ids", "--older-than", "30d"], { home: w });
    expect(ids(would).toSorted()).toEqual([large.id, old.id].toSorted());
    expect(would.stderr).toBe("");
    const did = await run(["prune", "--yes", "--format", "ids", "--older-than", "30d"], { home: w });
    expect(ids(did).toSorted()).toEqual([large.id, old.id].toSorted());
    expect(existsSync(young.path)).toBe(true);
    expect(existsSync(large.path)).toBe(false);
    expect((await run(["prune", "-n", "--format", "ids", "--older-than", "30d"], { home: w })).stdout).toBe("");
  });

  it("jsonl prints the rows of the document, one a line", async () => {
    const { w, live } = some();
    const { entries } = (await run(["status", "--json", "--sort", "name"], { home: w })).report();
    const lines = ids(await run(["status", "--format", "jsonl", "--sort", "name"], { home: w }));
    expect(lines.map((line): unknown => JSON.parse(line))).toEqual(entries);
    const large = ids(await run(["status", "--format", "jsonl", "--larger-than", "2M", "--sort", "age"], { home: w }));
    expect(JSON.parse(large.at(-1) ?? "")).toMatchObject({ id: live.id, selected: true });
    expect(large).toHaveLength(2);
  });

  it.each([[], ["--sort", "size"], ["--sort", "age"], ["--sort", "name"]])(
    "trash list has one order in the table, ids, jsonl and JSON: %j %j",
    async (...sort) => {
      const { w, old, large, young } = some();
      // Removed one after the other, so that the order in which they came there is another one than that of the list.
      for (const { id } of [young, old, large])
        expect((await run(["prune", "--yes", "--trash", id], { home: w })).code).toBe(0);
      const list = async (...more: readonly string[]): ReturnType<typeof run> =>
        run(["trash", "list", ...sort, ...more], { home: w });
      const entryIds = (text: string): readonly string[] => text.match(/\b[0-9a-f]{16}\b/g) ?? [];
      const table = entryIds((await list()).stdout).slice(0, 3);
      expect(table.toSorted()).toEqual([young.id, old.id, large.id].toSorted());
      if (sort.length === 0) expect(table[0]).toBe(large.id);
      expect(entryIds((await list("--format", "ids")).stdout)).toEqual(table);
      expect(ids(await list("--format", "jsonl")).flatMap((line) => entryIds(line).slice(0, 1))).toEqual(table);
      expect((await list("--json")).report().trash.map(({ entryId }) => entryId)).toEqual(table);
    },
  );

  it("ids of compact are those that would be packed", async () => {
    const { w } = some();
    const would = await run(["compact", "-n", "--format", "ids"], { home: w });
    const { entries } = (await run(["compact", "-n", "--json"], { home: w })).json() as {
      entries: { id: string; action: string }[];
    };
    expect(ids(would)).toEqual(entries.filter(({ action }) => action === "pack").map(({ id }) => id));
  });
});

describe("the list of the trash", () => {
  const inTrash = async (): Promise<Some> => {
    const all = some();
    await run(["prune", "--yes", "--trash"], { home: all.w });
    return all;
  };

  it("is narrowed by size, and by how long it is there", async () => {
    const { w, large, old } = await inTrash();
    const { stdout } = await run(["trash", "list", "--larger-than", "2M"], { home: w });
    expect(stdout).toContain(large.id);
    expect(stdout).not.toContain(old.id);
    expect((await run(["trash", "list", "--older-than", "1d"], { home: w })).stdout).toBe(
      "Nothing in the trash is old or large enough.\n",
    );
    expect((await run(["trash", "list", "--older-than", "0"], { home: w })).stdout).toContain(old.id);
  });

  it("is sorted, and printed for other programs with ids that restore", async () => {
    const { w, large, old, young } = await inTrash();
    const listed = ids(await run(["trash", "list", "--format", "ids", "--sort", "name"], { home: w }));
    expect(listed.map((id) => id.split(".")[0])).toEqual([young.id, old.id, large.id]);
    const { stdout } = await run(["trash", "list", "--sort", "name"], { home: w });
    expect(stdout.indexOf(young.id)).toBeLessThan(stdout.indexOf(large.id));
    expect((await run(["trash", "restore", listed[0] ?? ""], { home: w })).code).toBe(0);
    expect(existsSync(young.path)).toBe(true);
  });
});
