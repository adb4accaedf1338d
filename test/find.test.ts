// What an argument names: one way for all commands, and a word that could mean several is refused.
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { namesIn, trashNames } from "./reclaim/runs.ts";
import { run } from "./support/run.ts";
import { opencodeRepo } from "./support/second-agent.ts";
import { type ShadowRepo, type World, world } from "./support/world.ts";

const COMMANDS = [["explain"], ["prune", "-n"], ["compact", "-n"]] as const;

function twoIds(): { w: World; ids: readonly [string, string, string] } {
  const w = world();
  const ids = ["abcd000000000001", "abcd000000000002", "beef000000000001"] as const;
  // Names that are those of no other repo: the id is not the hash of the workdir, so they are put there as they are.
  for (const [at, id] of ids.entries()) w.repo(`p${at}`, { id, ageDays: 20 });
  return { w, ids };
}

describe.each(COMMANDS.map((command) => ({ name: command.join(" "), command })))("$name", ({ command }) => {
  it("takes the beginning of an id where one entry has it, and names both where two have it", async () => {
    const { w, ids } = twoIds();
    const one = await run([...command, "beef"], { home: w });
    expect([one.code, one.stdout.includes(ids[2]), one.stdout.includes(ids[0])], one.stderr).toEqual([0, true, false]);
    const two = await run([...command, "abcd"], { home: w });
    expect(two.code).toBe(2);
    expect(two.stderr).toContain('"abcd" means 2 entries: expected one\n');
    expect(two.stderr).toContain(`\n${ids[0]}  ~/work/p0\n${ids[1]}  ~/work/p1\n`);
    expect(two.stderr).not.toContain(ids[2]);
  });

  it("refuses a beginning of three characters, and says that four are needed", async () => {
    const { w } = twoIds();
    const { code, stderr } = await run([...command, "bee"], { home: w });
    expect(code).toBe(2);
    expect(stderr).toContain('"bee" is too short for the beginning of an id: expected 4 characters.');
  });

  it("takes a path inside a repo, and a directory inside a workdir, through symlinks on either side", async () => {
    const w = world();
    const repo = w.repo("code/thesis", { ageDays: 20 });
    const other = w.repo("code/thesis-2", { ageDays: 20 });
    mkdirSync(join(repo.workdir, "a/b"), { recursive: true });
    symlinkSync(join(repo.workdir, "a"), join(w.root, "short"));
    for (const [words, cwd] of [
      ["."],
      [".."],
      ["../.."],
      [join(w.root, "short/b")],
      [join(repo.path, "refs")],
      [join(repo.path, "HEAD")],
    ].map((words) => [words, join(repo.workdir, "a/b")] as const)) {
      const { code, stdout, stderr } = await run([...command, ...words], { home: w, cwd });
      expect({ words, code, stderr }).toEqual({ words, code: 0, stderr: "" });
      expect(stdout).toContain(repo.id);
      expect(stdout).not.toContain(other.id);
    }
  });

  it("takes the nearest of two workdirs, one inside the other, and not the outer one", async () => {
    const w = world();
    const outer = w.repo("outer", { ageDays: 20 });
    const inner = w.repo("outer/inner", { ageDays: 20 });
    mkdirSync(join(inner.workdir, "src"), { recursive: true });
    mkdirSync(join(outer.workdir, "docs"), { recursive: true });
    const near = await run([...command, "."], { home: w, cwd: join(inner.workdir, "src") });
    expect([near.stdout.includes(inner.id), near.stdout.includes(outer.id)]).toEqual([true, false]);
    const far = await run([...command, "."], { home: w, cwd: join(outer.workdir, "docs") });
    expect([far.stdout.includes(inner.id), far.stdout.includes(outer.id)]).toEqual([false, true]);
  });

  it("refuses a path inside a workdir that does not exist", async () => {
    const w = world();
    const repo = w.repo("thesis", { ageDays: 20 });
    expect((await run([...command, join(repo.workdir, "no-such")], { home: w })).code).toBe(2);
  });

  it("takes the name of a project where one has it, and refuses it where two have it", async () => {
    const w = world();
    const repo = w.repo("a/thesis", { ageDays: 20 });
    const two = [w.repo("b/paper", { ageDays: 20 }), w.repo("c/paper", { ageDays: 20 })];
    const one = await run([...command, "thesis"], { home: w });
    expect([one.code, one.stdout.includes(repo.id)]).toEqual([0, true]);
    const both = await run([...command, "paper"], { home: w });
    expect(both.code).toBe(2);
    for (const { id, workdir } of two)
      expect(both.stderr).toContain(`\n${id}  ~/work${workdir.slice(w.work.length)}\n`);
  });

  it("names the nearest ones where nothing matches", async () => {
    const w = world();
    const repo = w.repo("code/thesis", { ageDays: 20 });
    w.repo("code/zebra", { ageDays: 20 });
    const byName = await run([...command, "tesis"], { home: w });
    expect([byName.code, byName.stderr.includes("The nearest: thesis\n")]).toEqual([2, true]);
    const byPath = await run([...command, `${repo.workdir}s`], { home: w });
    expect([byPath.code, byPath.stderr.includes("The nearest: ~/work/code/thesis")]).toEqual([2, true]);
    const byId = await run([...command, repo.id.replace(/.$/, "x")], { home: w });
    expect([byId.code, byId.stderr.includes(`The nearest: ${repo.id}\n`)]).toEqual([2, true]);
  });

  it("refuses a directory above several workdirs, and says the glob that names them all", async () => {
    const w = world();
    const repos = Array.from({ length: 12 }, (_, at) => w.repo(`code/p${at}`, { ageDays: 20 }));
    const { code, stderr } = await run([...command, join(w.work, "code")], { home: w });
    expect(code).toBe(2);
    expect(stderr).toContain("and 2 more\n");
    expect(stderr.split("\n").filter((line) => line.includes("  ~/work/code/p"))).toHaveLength(10);
    expect(stderr).toContain(`To name all of them: '${join(w.work, "code")}/**'`);
    if (command[0] === "explain") return;
    const all = await run([...command, `${join(w.work, "code")}/**`], { home: w });
    expect(all.code).toBe(0);
    for (const { id } of repos) expect(all.stdout).toContain(id);
  });

  it("is JSON with the code where it is refused", async () => {
    const { w } = twoIds();
    expect((await run([...command, "abcd", "--json"], { home: w })).json()).toMatchObject({
      error: { code: "ambiguous" },
    });
    expect((await run([...command, "nothing", "--json"], { home: w })).json()).toMatchObject({
      error: { code: "not-found" },
    });
  });
});

describe("prune", () => {
  it("does not take all that is below a directory that is a workdir itself, nor the one around it", async () => {
    const w = world();
    const outer = w.repo("code", { ageDays: 20 });
    const inner = w.repo("code/thesis", { ageDays: 20 });
    expect((await run(["prune", "--yes", outer.workdir], { home: w })).code).toBe(0);
    expect(namesIn(w.base)).toEqual([inner.id]);
  });

  it("refuses a directory between a workdir and others below it", async () => {
    const w = world();
    w.repo("code", { ageDays: 20 });
    w.repo("code/group/a", { ageDays: 20 });
    w.repo("code/group/b", { ageDays: 20 });
    const { code, stderr } = await run(["prune", "--yes", join(w.work, "code/group")], { home: w });
    expect([code, namesIn(w.base).length]).toEqual([2, 3]);
    expect(stderr).toContain(`To name all of them: '${join(w.work, "code/group")}/**'`);
  });

  it("refuses a beginning or a name that is in its place and in the trash, and takes the whole id", async () => {
    const w = world();
    const gone = w.repo("thesis", { ageDays: 20 });
    expect((await run(["prune", "--yes", "--trash", gone.id.slice(0, 6)], { home: w })).code).toBe(0);
    expect(trashNames(w)).toHaveLength(1);
    const again = w.repo("thesis", { ageDays: 20 });
    for (const word of [gone.id.slice(0, 6), "thesis"]) {
      const { code, stderr } = await run(["prune", "--yes", word], { home: w });
      expect([word, code]).toEqual([word, 2]);
      expect(stderr).toContain(`${again.id}  ~/work/thesis  (in its place)`);
      expect(stderr).toContain(`${gone.id}  ~/work/thesis  (in the trash)`);
    }
    expect(namesIn(w.base)).toEqual([again.id]);
    expect((await run(["prune", "--yes", again.id], { home: w })).code).toBe(0);
    expect([namesIn(w.base), trashNames(w).length]).toEqual([[], 1]);
  });

  it("takes what each home has of one workdir by the beginning of the id that they share", async () => {
    const w = world();
    const profile = w.profile("night");
    const repo = w.repo("thesis", { ageDays: 20 });
    expect(profile.repo("thesis", { ageDays: 20 }).id).toBe(repo.id);
    expect((await run(["prune", "--yes", repo.id.slice(0, 8)], { home: w })).code).toBe(0);
    expect([namesIn(w.base), namesIn(profile.base)]).toEqual([[], []]);
  });

  it("takes the name of a project of two agents in one run, and keeps the twin beside it", async () => {
    const w = world();
    const hermes = w.repo("thesis", { ageDays: 60 });
    const twin = w.repo("thesis-2", { ageDays: 60 });
    opencodeRepo(w, hermes.workdir, 60);
    const { code, stdout, stderr } = await run(["explain", "thesis", "--json"], { home: w });
    expect(code, stderr).toBe(0);
    const { explanations } = JSON.parse(stdout) as { explanations: { entry: { agent: string; id: string } }[] };
    expect(explanations.map(({ entry }) => entry.agent).toSorted()).toEqual(["hermes", "opencode"]);
    expect(explanations.map(({ entry }) => entry.id)).not.toContain(twin.id);
  });
});

describe("trash restore", () => {
  async function trashed(): Promise<{ w: World; repos: readonly ShadowRepo[] }> {
    const w = world();
    const repos = ["code/a", "code/b", "other/c"].map((name) => w.repo(name, { ageDays: 20 }));
    expect((await run(["prune", "--yes", "--trash"], { home: w })).code).toBe(0);
    expect(trashNames(w)).toHaveLength(3);
    return { w, repos };
  }

  it.each([
    ["the beginning of an id", ({ id }: ShadowRepo) => id.slice(0, 8)],
    ["a workdir", ({ workdir }: ShadowRepo) => workdir],
    ["a directory inside a workdir", ({ workdir }: ShadowRepo) => join(workdir, "src")],
    ["the name of a project", () => "c"],
    ["where it was", ({ path }: ShadowRepo) => path],
  ])("takes %s, and leaves the others", async (_, wordFor) => {
    const { w, repos } = await trashed();
    const one = repos[2]!;
    mkdirSync(join(one.workdir, "src"), { recursive: true });
    const { code, stderr } = await run(["trash", "restore", wordFor(one)], { home: w });
    expect([code, namesIn(w.base), trashNames(w).length], stderr).toEqual([0, [one.id], 2]);
  });

  it("takes a glob of workdirs, and leaves what it does not match", async () => {
    const { w, repos } = await trashed();
    expect((await run(["trash", "restore", "~/work/code/**"], { home: w })).code).toBe(0);
    expect(namesIn(w.base)).toEqual([repos[0]!.id, repos[1]!.id].toSorted());
  });

  it("takes everything with --all, of each the newest, and the older one stays", async () => {
    const { w, repos } = await trashed();
    const again = w.repo("code/a", { ageDays: 20, snapshots: 1 });
    expect((await run(["prune", "--yes", "--trash", again.id], { home: w })).code).toBe(0);
    expect((await run(["trash", "restore", "--all"], { home: w })).code).toBe(0);
    expect([namesIn(w.base), trashNames(w).length]).toEqual([repos.map(({ id }) => id).toSorted(), 1]);
  });

  it("refuses a word that means several, or nothing, and names the nearest", async () => {
    const { w, repos } = await trashed();
    const above = await run(["trash", "restore", join(w.work, "code")], { home: w });
    expect([above.code, above.stderr.includes("To name all of them: '")]).toEqual([2, true]);
    const none = await run(["trash", "restore", `${repos[2]!.workdir}cc`], { home: w });
    expect([none.code, none.stderr.includes("The nearest: ~/work/other/c")]).toEqual([2, true]);
    expect(trashNames(w)).toHaveLength(3);
  });

  it("does not find what is in its place", async () => {
    const w = world();
    const repo = w.repo("alive");
    expect((await run(["trash", "restore", repo.id.slice(0, 8)], { home: w })).code).toBe(2);
  });

  it.each([[["--all", "--last"]], [["--all", "x"]]])("refuses %j", async (words) => {
    expect((await run(["trash", "restore", ...words], { home: world() })).code).toBe(2);
  });
});

it.each([["**"], ["*"], ["thes*"]])("prune takes the glob %s, and not what it does not match", async (glob) => {
  const w = world();
  const [one, other] = [w.repo("thesis", { ageDays: 20 }), w.repo("paper", { ageDays: 20 })];
  const { stdout } = await run(["prune", "-n", glob], { home: w });
  expect([stdout.includes(one.id), stdout.includes(other.id)]).toEqual([true, glob !== "thes*"]);
});

/** A file is in the way of nothing: it is inside a workdir as a directory is. */
it("explain takes a file inside a workdir", async () => {
  const w = world();
  const repo = w.repo("thesis");
  const file = join(repo.workdir, "notes/today.md");
  mkdirSync(dirname(file));
  writeFileSync(file, "x\n");
  expect((await run(["explain", file], { home: w })).stdout).toContain(repo.id);
});
