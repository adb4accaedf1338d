// `trash empty` for a part of the trash: what is named, old or large enough goes, and the twin beside it stays.
import { renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type DocumentOf, schemaOf } from "../src/report/schema.ts";
import { DAY_MS, namesIn, stateOf, trashNames } from "./reclaim/runs.ts";
import { run } from "./support/run.ts";
import { opencodeRepo } from "./support/second-agent.ts";
import { type ShadowRepo, type World, world } from "./support/world.ts";

interface Scene {
  readonly w: World;
  readonly profile: World;
  readonly repos: readonly ShadowRepo[];
}

/** Three in the trash of one base, and one in that of another. */
async function trashed(): Promise<Scene> {
  const w = world();
  const profile = w.profile("night");
  const large = { "blob.bin": "x".repeat(3_000_000) };
  const repos = [
    w.repo("code/a", { ageDays: 20 }),
    w.repo("code/b", { ageDays: 20, inside: large }),
    w.repo("other/c", { ageDays: 20 }),
    profile.repo("other/d", { ageDays: 20 }),
  ];
  w.repo("alive");
  expect((await run(["prune", "--yes", "--trash"], { home: w })).code).toBe(0);
  expect([trashNames(w).length, trashNames(profile).length]).toEqual([3, 1]);
  return { w, profile, repos };
}

/** Which of the repos are still in a trash. */
function left({ w, profile, repos }: Scene): readonly number[] {
  const names = [...trashNames(w), ...trashNames(profile)];
  return repos.flatMap(({ id }, at) => (names.some((name) => name.startsWith(`${id}.`)) ? [at] : []));
}

/** As if it had been moved there so many days ago: its name says when. */
function age({ w }: Scene, { id }: ShadowRepo, days: number): void {
  const trash = join(stateOf(w), "trash");
  const name = trashNames(w).find((one) => one.startsWith(`${id}.`))!;
  renameSync(
    join(trash, name),
    join(
      trash,
      name.replace(/\.(\d{13})/, (_, at) => `.${Number(at) - days * DAY_MS}`),
    ),
  );
}

const EMPTY = ["trash", "empty", "--yes"];

describe("trash empty", () => {
  it.each([
    ["an id", ({ repos }: Scene) => repos[0]!.id, [1, 2, 3]],
    ["the beginning of an id", ({ repos }: Scene) => repos[0]!.id.slice(0, 8), [1, 2, 3]],
    ["a workdir", ({ repos }: Scene) => repos[2]!.workdir, [0, 1, 3]],
    ["the name of a project in another base", () => "d", [0, 1, 2]],
    ["a glob of workdirs", () => "~/work/code/**", [2, 3]],
    ["a glob over two bases", () => "~/work/other/*", [0, 1]],
    ["--all", () => "--all", []],
  ])("deletes what is named by %s, and nothing else", async (_, wordFor, stay) => {
    const scene = await trashed();
    const { code, stdout, stderr } = await run([...EMPTY, wordFor(scene)], { home: scene.w });
    expect([code, left(scene)], stderr).toEqual([0, stay]);
    expect(stdout).toContain("Permanently deleted from the trash: ");
  });

  it("refuses what could mean several or what is only in its place, and deletes nothing", async () => {
    const scene = await trashed();
    const { w } = scene;
    const above = await run([...EMPTY, join(w.work, "code")], { home: w });
    expect([above.code, above.stderr.includes(`To name all of them: '${join(w.work, "code")}/**'`)]).toEqual([2, true]);
    for (const word of ["alive", join(w.work, "alive"), "no-such", "abc"])
      expect([word, (await run([...EMPTY, word], { home: w })).code]).toEqual([word, 2]);
    expect(left(scene)).toEqual([0, 1, 2, 3]);
  });

  it("refuses the beginning of an id that one in the trash and another in its place share", async () => {
    const w = world();
    w.repo("one", { id: "abcd000000000001", ageDays: 20 });
    expect((await run(["prune", "--yes", "--trash"], { home: w })).code).toBe(0);
    const alive = w.repo("two", { id: "abcd000000000002" });
    const { code, stderr } = await run([...EMPTY, "abcd"], { home: w });
    expect([code, trashNames(w).length, namesIn(w.base)]).toEqual([2, 1, [alive.id]]);
    expect(stderr).toContain("abcd000000000001");
    expect((await run([...EMPTY, "abcd000000000001"], { home: w })).code).toBe(0);
    expect(trashNames(w)).toEqual([]);
  });

  it("deletes what was moved there long enough ago, and keeps what came later", async () => {
    const scene = await trashed();
    age(scene, scene.repos[0]!, 4);
    age(scene, scene.repos[2]!, 2);
    const { code } = await run([...EMPTY, "--older-than", "3d"], { home: scene.w });
    expect([code, left(scene)]).toEqual([0, [1, 2, 3]]);
    const none = await run([...EMPTY, "--older-than", "3d"], { home: scene.w });
    expect([none.code, none.stdout]).toEqual([0, "Nothing in the trash is old or large enough.\n"]);
  });

  it("deletes what is large enough, together with a word", async () => {
    const scene = await trashed();
    const none = await run([...EMPTY, "other/**", "--larger-than", "1M"], { home: scene.w, cwd: scene.w.work });
    expect([none.code, left(scene)]).toEqual([0, [0, 1, 2, 3]]);
    expect((await run([...EMPTY, "code/**", "--larger-than", "1M"], { home: scene.w, cwd: scene.w.work })).code).toBe(
      0,
    );
    expect(left(scene)).toEqual([0, 2, 3]);
  });

  it("shows with --dry-run what it would delete, in text and as JSON, and deletes nothing", async () => {
    const scene = await trashed();
    const { w, repos } = scene;
    const { code, stdout } = await run(["trash", "empty", "-n", "~/work/code/**"], { home: w });
    expect([code, stdout.includes(repos[0]!.id), stdout.includes(repos[2]!.id)]).toEqual([0, true, false]);
    expect(stdout).toMatch(/Would delete permanently: 2 repos, .*\nDry run: nothing was changed\.\n$/);
    const json = await run(["trash", "empty", "-n", "--larger-than", "1M", "--json"], { home: w });
    const document = schemaOf("trash empty").parse(JSON.parse(json.stdout)) as DocumentOf<"trash empty">;
    expect(document).toMatchObject({
      dryRun: true,
      trash: [{ entryId: repos[1]!.id, action: "destroy", outcome: null }],
    });
    expect(left(scene)).toEqual([0, 1, 2, 3]);
  });

  it("repeats the words and limits in the command that does not ask", async () => {
    const scene = await trashed();
    const { code, stderr } = await run(["trash", "empty", "~/work/code/**", "--older-than", "0"], { home: scene.w });
    expect(code).toBe(3);
    expect(stderr).toContain("checkpoints trash empty '~/work/code/**' --older-than 0 --yes");
  });

  it.each([
    [["--older-than", "3"], "--older-than"],
    [["--larger-than", "100"], "--larger-than"],
    [["--all", "x"], "--all takes no arguments"],
    [[""], '"" is empty'],
  ])("refuses %j", async (words, says) => {
    const { code, stderr } = await run(["trash", "empty", ...words], { home: world() });
    expect([code, stderr.includes(says)]).toEqual([2, true]);
  });

  it("takes the workdir that two agents had something of, from both trashes", async () => {
    const w = world();
    const hermes = w.repo("thesis", { workdir: "delete" });
    w.repo("twin", { workdir: "delete" });
    const other = opencodeRepo(w, hermes.workdir, 60, true);
    const collect = ["--set", "collect=hermes-shadow,opencode-snapshots"];
    expect((await run(["prune", "--yes", "--trash", ...collect], { home: w })).code).toBe(0);
    const before = await run(["trash", "list", "--json"], { home: w });
    const agents = (JSON.parse(before.stdout) as DocumentOf<"trash list">).trash.map(({ agent }) => agent);
    expect(agents.toSorted()).toEqual(["hermes", "hermes", "opencode"]);
    expect((await run([...EMPTY, hermes.workdir], { home: w })).code).toBe(0);
    const after = await run(["trash", "list", "--json"], { home: w });
    const { trash } = JSON.parse(after.stdout) as DocumentOf<"trash list">;
    expect(trash.map(({ subject }) => subject?.value)).toEqual([join(w.work, "twin")]);
    expect(other.base).toContain("opencode");
  });
});

describe("trash empty where a repo in its place borrows from one in the trash", () => {
  const borrowed = async (): Promise<{ w: World; lender: ShadowRepo; twin: ShadowRepo; borrower: ShadowRepo }> => {
    const w = world();
    const [lender, twin] = [w.repo("lender", { ageDays: 20 }), w.repo("twin", { ageDays: 20 })];
    expect((await run(["prune", "--yes", "--trash"], { home: w })).code).toBe(0);
    const inside = { "objects/info/alternates": `${lender.path}/objects\n` };
    return { w, lender, twin, borrower: w.repo("borrower", { inside }) };
  };
  const reasonsIn = (stdout: string): unknown => {
    const { trash } = schemaOf("trash empty").parse(JSON.parse(stdout)) as DocumentOf<"trash empty">;
    return trash.toSorted((a, b) => (a.id < b.id ? -1 : 1)).map(({ id, action, reason }) => [id, action, reason]);
  };

  it("keeps that one and says why, in the dry run, in the list and in the document, and deletes its twin", async () => {
    const { w, lender, twin, borrower } = await borrowed();
    const why = new RegExp(`another repo borrows objects from it: .*${borrower.id}`);
    const shown = await run([...EMPTY.slice(0, 2), "--dry-run"], { home: w, columns: 300 });
    expect(shown.stdout).toMatch(why);
    expect(shown.stdout).toMatch(/Would delete permanently: 1 repo, /);
    const planned = await run([...EMPTY.slice(0, 2), "--dry-run", "--json"], { home: w });
    const [one, other] = [lender.id, twin.id].map((id) => expect.stringContaining(id) as string);
    const expected = [
      [one, "keep", "referenced"],
      [other, "destroy", "emptied"],
    ];
    expect(reasonsIn(planned.stdout)).toEqual(lender.id < twin.id ? expected : expected.toReversed());
    const { code, stdout } = await run([...EMPTY, "--quiet"], { home: w, columns: 300 });
    expect([code, stdout]).toEqual([0, expect.stringMatching(why)]);
    expect(stdout).toMatch(/Not deleted: 1 repo\n[^]*Permanently deleted from the trash: 1 repo, /);
    expect(trashNames(w).map((name) => name.split(".")[0])).toEqual([lender.id]);
  });

  it("has nothing to ask where all of it stays, and deletes it once nothing borrows from it", async () => {
    const { w, lender, borrower } = await borrowed();
    expect((await run([...EMPTY, "twin"], { home: w })).code).toBe(0);
    const { code, stdout, stderr } = await run(EMPTY.slice(0, 2), { home: w });
    expect([code, stderr, trashNames(w).length]).toEqual([0, "", 1]);
    expect(stdout).toContain("Nothing in the trash was removed.");
    rmSync(join(borrower.path, "objects", "info", "alternates"));
    expect((await run([...EMPTY, lender.id], { home: w })).code).toBe(0);
    expect(trashNames(w)).toEqual([]);
  });
});
