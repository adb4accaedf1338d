// A repo is untrusted data: nothing of it runs, with every git call that the tool has, and none of it can hold a
// run up for longer than one deadline. Each trap is shown to be one: the same repo, asked by plain git, springs it.

import { spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  lchownSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { countCommits } from "../../src/git/count-commits.ts";
import { createRef } from "../../src/git/run.ts";
import { scan } from "../../src/index.ts";
import { fifo, isRoot, loudly, scratch, OTHER_UID } from "../fs/support.ts";
import { GIT_ENV, git } from "../support/git.ts";
import { everythingBelow } from "../support/paths.ts";
import { diff, fingerprint } from "../support/tree.ts";
import { interceptCalls } from "../support/intercept-calls.ts";
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
    // The traps are real: a git without our restrictions springs them.
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

  it("would fetch one over ssh without our restrictions on git", () => {
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

  it.each<[string, (path: string, root: string) => void]>([
    ["that its config includes", (path, root) => include(path, fifo(join(root, "included")))],
    [
      "that an included file includes, under a condition",
      (path, root) => {
        include(path, join(root, "first"));
        writeFileSync(join(root, "first"), '[includeIf "gitdir:/**"]\n\tpath = second\n');
        fifo(join(root, "second"));
      },
    ],
    [
      "that the config of its worktree includes",
      (path, root) => {
        git({ repo: path }, "config", "core.repositoryFormatVersion", "1");
        git({ repo: path }, "config", "extensions.worktreeConfig", "true");
        fifo(join(root, "included"));
        writeFileSync(join(path, "config.worktree"), `[include]\n\tpath = ${join(root, "included")}\n`);
      },
    ],
    [
      "that an include leads to by a link",
      (path, root) => {
        symlinkSync(fifo(join(root, "end")), join(root, "link"));
        include(path, join(root, "link"));
      },
    ],
    [
      "as the index of a pack that it borrows",
      (path, root) => {
        mkdirSync(join(root, "lender", "pack"), { recursive: true });
        writeFileSync(join(root, "lender", "pack", "pack-1.pack"), "");
        fifo(join(root, "lender", "pack", "pack-1.idx"));
        mkdirSync(join(path, "objects", "info"), { recursive: true });
        writeFileSync(join(path, "objects", "info", "alternates"), `${join(root, "lender")}\n`);
      },
    ],
  ])("is not asked where git would wait for a FIFO %s", async (_, spoil) => {
    const { w, repo } = untold();
    spoil(repo.path, w.root);
    const asked = askedOfGit();
    expect(await countCommits(repo.path)).toBeNull();
    const plan = await scan({ home: w.home, env: { HOME: w.root }, snapshots: "all" });
    expect(plan.bases[0]?.entries[0]?.snapshots).toBeNull();
    // Neither for the answer nor to find out whether it would hang.
    expect(asked().filter((line) => /rev-list|--list/.test(line))).toEqual([]);
    expect(processesAt(repo.path)).toEqual([]);
  });

  it("is asked where all that it includes are files, or not there", async () => {
    const { w, repo } = untold();
    include(repo.path, join(w.root, "first"));
    include(repo.path, join(w.root, "missing"));
    writeFileSync(join(w.root, "first"), "[core]\n\tcompression = 1\n");
    const asked = askedOfGit();
    expect(await countCommits(repo.path)).toMatchObject({ count: 3 });
    expect(asked().filter((line) => line.includes("rev-list"))).toHaveLength(1);
  });

  it("has the hooks of its configuration switched off", async () => {
    const { w, repo } = untold();
    const { program, sprung } = trap();
    for (const name of ["plain", "with = in it"]) {
      git({ repo: repo.path }, "config", `hook.${name}.event`, "reference-transaction");
      git({ repo: repo.path }, "config", `hook.${name}.command`, program);
    }
    const told = join(w.root, "settings");
    // Whatever this git knows of such hooks: each is switched off by configuration that outranks the repository's.
    gitInPath(`case " $* " in *" rev-list "*) '${gitPath()}' config --get-regexp '^hook' > '${told}' ;; esac`);
    expect(await countCommits(repo.path)).toMatchObject({ count: 3 });
    const enabled = readFileSync(told, "utf8")
      .split("\n")
      .filter((line) => line.includes(".enabled "));
    expect(enabled.toSorted()).toEqual(["hook.plain.enabled false", "hook.with = in it.enabled false"]);
    await createRef(repo.path, "refs/heads/more", git({ repo: repo.path }, "rev-parse", "HEAD"));
    expect(sprung()).toBe(false);
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

describe("a repo of another user", () => {
  it("is not asked at all", async (test) => {
    const { w, repo } = untold();
    const mine = await countCommits(repo.path);
    expect(mine).toMatchObject({ count: 3 });
    if (!isRoot()) return loudly(test, "a repo of another user needs root");
    for (const each of everythingBelow(repo.path)) lchownSync(each, OTHER_UID, OTHER_UID);
    const asked: string[] = [];
    interceptCalls((operation, path) => {
      if (operation === "git") asked.push(path);
    });
    expect(await countCommits(repo.path)).toBeNull();
    await scan({ home: w.home, env: { HOME: w.root }, snapshots: "all" });
    expect(asked).toEqual([]);
  });
});

function include(gitDirectory: string, path: string): void {
  git({ repo: gitDirectory }, "config", "--add", "include.path", path);
}

function gitPath(): string {
  return spawnSync("/bin/sh", ["-c", "command -v git"], { encoding: "utf8" }).stdout.trim();
}

/** Puts a git before the real one, which does something more. */
function gitInPath(script: string): void {
  const bin = scratch();
  writeFileSync(join(bin, "git"), `#!/bin/sh\n${script}\nexec '${gitPath()}' "$@"\n`, { mode: 0o755 });
  setEnv({ PATH: `${bin}:${process.env["PATH"] ?? ""}` });
}

/** The arguments of every git that is started from now on. */
function askedOfGit(): () => readonly string[] {
  const log = join(scratch(), "log");
  writeFileSync(log, "");
  gitInPath(`echo "$*" >> '${log}'`);
  return () =>
    readFileSync(log, "utf8")
      .split("\n")
      .filter((line) => line !== "");
}

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
