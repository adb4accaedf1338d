// A repo is somebody else's data: nothing of it runs, with every git call that the tool has, and none of it can hold a
// run up for longer than one deadline. Each trap is shown to be one: the same repo, asked by plain git, springs it.

import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, lchownSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { countCommits } from "../../src/git/count-commits.ts";
import { scan } from "../../src/index.ts";
import { fifo, isRoot, loudly, scratch, SOMEBODY } from "../fs/support.ts";
import { GIT_ENV, git } from "../support/git.ts";
import { everythingBelow } from "../support/paths.ts";
import { diff, fingerprint } from "../support/tree.ts";
import { tap } from "../support/tap.ts";
import { type ShadowRepo, world } from "../support/world.ts";

/** A program that leaves a trace when it is run. */
interface Trap {
  readonly program: string;
  readonly sprung: () => boolean;
}

function trap(): Trap {
  const directory = scratch();
  const [program, trace] = [join(directory, "evil"), join(directory, "sprung")];
  writeFileSync(program, `#!/bin/sh\necho "$0 $*" >> '${trace}'\nexit 1\n`);
  chmodSync(program, 0o755);
  return { program, sprung: () => existsSync(trace) };
}

/** Sets every key of the configuration by which a repo makes some git command run a program. */
function setTraps({ path }: ShadowRepo, program: string): void {
  const keys: Readonly<Record<string, string>> = {
    "core.fsmonitor": program,
    "core.hooksPath": join(path, "evil-hooks"),
    "core.sshCommand": program,
    "core.gitProxy": program,
    "core.pager": program,
    "core.editor": program,
    "core.askPass": program,
    "core.alternateRefsCommand": program,
    "pager.rev-list": program,
    "alias.rev-list": `!${program}`,
    "credential.helper": program,
    "diff.external": program,
    "diff.evil.textconv": program,
    "filter.evil.clean": program,
    "filter.evil.smudge": program,
    "filter.evil.process": program,
    "gpg.program": program,
    "log.showSignature": "true",
    "trace2.eventTarget": "1",
    "uploadpack.packObjectsHook": program,
    "remote.origin.uploadpack": program,
    "include.path": join(path, "included"),
  };
  for (const [key, value] of Object.entries(keys)) git({ repo: path }, "config", key, value);
  writeFileSync(join(path, "included"), `[core]\n\tsshCommand = ${program}\n`);
  writeFileSync(join(path, "info", "attributes"), "* filter=evil diff=evil\n");
  for (const directory of ["hooks", "evil-hooks"]) {
    mkdirSync(join(path, directory), { recursive: true });
    for (const hook of [
      "post-index-change",
      "pre-auto-gc",
      "reference-transaction",
      "fsmonitor-watchman",
      "post-checkout",
    ]) {
      writeFileSync(join(path, directory, hook), `#!/bin/sh\nexec '${program}' hook ${hook}\n`);
      chmodSync(join(path, directory, hook), 0o755);
    }
  }
}

/** A promised object is missing, and only a program of the repo's choice could fetch it. */
function promise({ path }: ShadowRepo, url: string): void {
  git({ repo: path }, "config", "core.repositoryFormatVersion", "1");
  git({ repo: path }, "config", "extensions.partialClone", "origin");
  git({ repo: path }, "config", "remote.origin.url", url);
  git({ repo: path }, "config", "remote.origin.promisor", "true");
  const first = git({ repo: path }, "rev-list", "--max-parents=0", "HEAD");
  rmSync(join(path, "objects", first.slice(0, 2), first.slice(2)));
}

function plainly({ path }: ShadowRepo, args: readonly string[], env: Readonly<Record<string, string>> = {}): void {
  spawnSync("git", args, { env: { ...GIT_ENV, GIT_DIR: path, GIT_WORK_TREE: "/", ...env }, timeout: 20_000 });
}

/** Only git can tell how many snapshots there are. */
function untold(name = "x"): { readonly w: ReturnType<typeof world>; readonly repo: ShadowRepo } {
  const w = world();
  const repo = w.repo(name, { real: true, snapshots: 3, workdir: "delete" });
  rmSync(join(repo.path, "logs"), { recursive: true });
  return { w, repo };
}

describe("a hostile repo", () => {
  it("runs no hook, monitor, filter, alias or helper of its own, and changes no byte", async () => {
    const { w, repo } = untold();
    const { program, sprung } = trap();
    setTraps(repo, program);
    const before = fingerprint(w.root);
    expect(await countCommits(repo.path)).toMatchObject({ count: 3 });
    const plan = await scan({ home: w.home, env: { HOME: w.root }, everything: true, claims: true, snapshots: "all" });
    expect(plan.bases[0]?.entries[0]?.snapshots).toMatchObject({ count: 3 });
    expect(sprung()).toBe(false);
    expect(diff(before, fingerprint(w.root))).toEqual([]);
    // The traps are real: a git that nobody holds back springs them.
    plainly(repo, ["status"]);
    expect(sprung()).toBe(true);
  });

  it.each([
    { name: "ssh", url: "ssh://host.invalid/x" },
    { name: "a path with an upload-pack of its own", url: "/nonexistent" },
    { name: "ext", url: "ext::%P" },
    { name: "git through a proxy", url: "git://host.invalid/x" },
    { name: "a helper of its own", url: "evil::x" },
  ])("fetches no missing object: $name", async ({ url }) => {
    const { w, repo } = untold();
    const { program, sprung } = trap();
    promise(repo, url.replace("%P", program));
    setTraps(repo, program);
    expect(await countCommits(repo.path)).toBeNull();
    await scan({ home: w.home, env: { HOME: w.root }, everything: true, snapshots: "all" });
    expect(sprung()).toBe(false);
  });

  it("would fetch one over ssh if nobody held git back", () => {
    const { repo } = untold();
    const { program, sprung } = trap();
    promise(repo, "ssh://host.invalid/x");
    setTraps(repo, program);
    plainly(repo, ["rev-list", "--count", "HEAD"]);
    expect(sprung()).toBe(true);
  });

  it("hears nothing of what the environment says of git", async () => {
    const { repo } = untold();
    const { program, sprung } = trap();
    const names = [
      "GIT_SSH_COMMAND",
      "GIT_PAGER",
      "GIT_EXTERNAL_DIFF",
      "GIT_ASKPASS",
      "GIT_PROXY_COMMAND",
      "GIT_EDITOR",
    ];
    const said: Record<string, string> = {
      GIT_DIR: "/nonexistent",
      GIT_CONFIG_PARAMETERS: "'core.bare=x'",
      GIT_CONFIG_COUNT: "x",
    };
    for (const name of names) said[name] = program;
    setEnv(said);
    expect(await countCommits(repo.path)).toMatchObject({ count: 3 });
    expect(sprung()).toBe(false);
  });

  it("costs one deadline and not more with a FIFO in place of its config, and leaves no git behind", async () => {
    const { w, repo } = untold();
    rmSync(join(repo.path, "config"));
    fifo(join(repo.path, "config"));
    const started = performance.now();
    const plan = await scan({ home: w.home, env: { HOME: w.root }, snapshots: "all" });
    const took = performance.now() - started;
    expect(plan.bases[0]?.entries[0]?.snapshots).toBeNull();
    expect(took).toBeGreaterThan(4000);
    expect(took).toBeLessThan(9000);
    expect(processesAt(repo.path)).toEqual([]);
  });

  it.each([
    { name: "objects gone", spoil: (path: string) => rmSync(join(path, "objects"), { recursive: true }) },
    {
      name: "a branch of nonsense",
      spoil: (path: string) => writeFileSync(join(path, "HEAD"), "ref: refs/heads/none\n"),
    },
    { name: "a broken config", spoil: (path: string) => writeFileSync(join(path, "config"), "[core\n") },
    {
      name: "a newer format",
      spoil: (path: string) => git({ repo: path }, "config", "core.repositoryFormatVersion", "99"),
    },
    { name: "everything gone", spoil: (path: string) => rmSync(path, { recursive: true }) },
  ])("null where git cannot tell: $name", async ({ spoil }) => {
    const { repo } = untold();
    spoil(repo.path);
    expect(await countCommits(repo.path)).toBeNull();
  });

  it("tells of a repo whose workdir and its parent are gone", async () => {
    const repo = world().repo("x", { real: true, snapshots: 3, workdir: "delete-parent" });
    expect(await countCommits(repo.path)).toMatchObject({ count: 3 });
  });
});

describe("somebody else's repo", () => {
  it("is not asked at all", async (test) => {
    const { w, repo } = untold();
    const mine = await countCommits(repo.path);
    expect(mine).toMatchObject({ count: 3 });
    if (!isRoot()) return loudly(test, "a repo of another user needs root");
    for (const each of everythingBelow(repo.path)) lchownSync(each, SOMEBODY, SOMEBODY);
    const asked: string[] = [];
    tap((operation, path) => {
      if (operation === "git") asked.push(path);
    });
    expect(await countCommits(repo.path)).toBeNull();
    await scan({ home: w.home, env: { HOME: w.root }, snapshots: "all" });
    expect(asked).toEqual([]);
  });
});

function setEnv(values: Readonly<Record<string, string>>): void {
  const before = Object.keys(values).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, values);
  onTestFinished(() => {
    for (const [name, value] of before) {
      if (value === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = value;
    }
  });
}

/** Processes whose environment names a directory; only this user's own can be looked at, and those are enough. */
function processesAt(directory: string): readonly string[] {
  const search = spawnSync(
    "grep",
    [
      "-lsaF",
      `GIT_DIR=${directory}`,
      ...readdirSync("/proc")
        .filter(isPid)
        .map((pid) => `/proc/${pid}/environ`),
    ],
    {
      encoding: "utf8",
    },
  );
  return search.stdout.split("\n").filter((line) => line !== "");
}

function isPid(name: string): boolean {
  return /^\d+$/.test(name);
}
