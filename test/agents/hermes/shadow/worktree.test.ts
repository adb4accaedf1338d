// core.worktree, read as text. What git itself reads from the same file is the measure; where we differ on purpose
// (includes, files that git refuses) the row says so.

import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { coreWorktree, readWorktree } from "../../../../src/agents/hermes/kinds/shadow/worktree.ts";
import { asOtherUser, fifo, letPass, scratch } from "../../../fs/support.ts";
import { GIT_ENV } from "../../../support/git.ts";
import { world } from "../../../support/world.ts";
import { ORPHAN, says, unidentified } from "./judged.ts";

/** What git reads: null where the key is not there. Throws where git refuses the file. */
function askGit(config: string): string | null {
  const path = join(scratch(), "config");
  writeFileSync(path, config);
  const args = ["config", "--file", path, "--no-includes", "-z", "--get", "core.worktree"];
  const { status, stdout, stderr } = spawnSync("git", args, { encoding: "utf8", env: GIT_ENV });
  if (status === 1) return null;
  if (status !== 0) throw new Error(`git config ended with ${status}: ${stderr}`);
  return stdout.replace(/\0$/, "");
}

const LIKE_GIT: readonly { readonly name: string; readonly config: string; readonly value: string | null }[] = [
  { name: "an empty file", config: "", value: null },
  {
    name: "as git init writes it",
    config: "[core]\n\tbare = false\n\tworktree = /a/b\n\tlogallrefupdates = true\n",
    value: "/a/b",
  },
  { name: "no worktree", config: "[core]\n\tbare = false\n", value: null },
  { name: "no newline at the end", config: "[core]\nworktree = /a/b", value: "/a/b" },
  { name: "CRLF", config: "[core]\r\n\tworktree = /a/b\r\n", value: "/a/b" },
  { name: "a BOM in front", config: "\ufeff[core]\n\tworktree = /a/b\n", value: "/a/b" },
  { name: "spaces inside", config: "[core]\n\tworktree = /a b/c\n", value: "/a b/c" },
  { name: "white space around", config: "[core]\n\tworktree\t =  /a/b \t\n", value: "/a/b" },
  { name: "no white space", config: "[core]\nworktree=/a/b\n", value: "/a/b" },
  { name: "on the line of the section", config: "[core] worktree = /a/b\n", value: "/a/b" },
  { name: "other case", config: "[CoRe]\n\tWorkTree = /a/B\n", value: "/a/B" },
  { name: "another section", config: "[user]\n\tworktree = /a/b\n", value: null },
  { name: "after another section", config: "[user]\n\tname = x\n[core]\n\tworktree = /a/b\n", value: "/a/b" },
  { name: "a section whose name begins so", config: "[corex]\n\tworktree = /a/b\n", value: null },
  { name: "a subsection", config: '[core "x"]\n\tworktree = /a/b\n', value: null },
  { name: "a subsection the old way", config: "[core.x]\n\tworktree = /a/b\n", value: null },
  { name: "a subsection with a bracket in it", config: '[core "a]b"]\n\tworktree = /a/b\n', value: null },
  { name: "a subsection with a quote in it", config: '[core "a\\"b"]\n\tworktree = /a/b\n', value: null },
  {
    name: "the section again after a subsection",
    config: '[core "x"]\n\tworktree = /x\n[core]\n\tworktree = /a/b\n',
    value: "/a/b",
  },
  { name: "twice: the last one", config: "[core]\n\tworktree = /a\n\tworktree = /b\n", value: "/b" },
  {
    name: "twice in two sections",
    config: "[core]\n\tworktree = /a\n[user]\n\tname = x\n[core]\n\tworktree = /b\n",
    value: "/b",
  },
  { name: "a key that begins so", config: "[core]\n\tworktree-x = /x\n\tworktree2 = /y\n", value: null },
  { name: "quotes", config: '[core]\n\tworktree = "/a/b"\n', value: "/a/b" },
  { name: "quotes in the middle", config: '[core]\n\tworktree = /a/"b c"/d\n', value: "/a/b c/d" },
  { name: "white space in quotes at the end", config: '[core]\n\tworktree = "/a/b "  \n', value: "/a/b " },
  { name: "a comment sign in quotes", config: '[core]\n\tworktree = "/a;b#c"\n', value: "/a;b#c" },
  { name: "comment behind it, ;", config: "[core]\n\tworktree = /a/b ; not this\n", value: "/a/b" },
  { name: "comment behind it, # without a space", config: "[core]\n\tworktree = /a/b#c\n", value: "/a/b" },
  { name: "commented out", config: "[core]\n\t# worktree = /a\n\t; worktree = /b\n", value: null },
  { name: "a comment line that ends in a backslash", config: "[core]\n\t# x \\\n\tworktree = /a/b\n", value: "/a/b" },
  {
    name: "a comment behind a value that ends in a backslash",
    config: "[core]\n\tbare = false ; x \\\n\tworktree = /a/b\n",
    value: "/a/b",
  },
  { name: "escapes", config: '[core]\n\tworktree = /a\\\\b\\"c\\td\n', value: '/a\\b"c\td' },
  { name: "an escaped newline", config: "[core]\n\tworktree = /a\\nb\n", value: "/a\nb" },
  { name: "an escaped backspace", config: "[core]\n\tworktree = /a\\bb\n", value: "/a\bb" },
  { name: "continued on the next line", config: "[core]\n\tworktree = /a/\\\nb\n", value: "/a/b" },
  { name: "continued, CRLF", config: "[core]\r\n\tworktree = /a/\\\r\nb\r\n", value: "/a/b" },
  { name: "continued in quotes", config: '[core]\n\tworktree = "/a/\\\nb"\n', value: "/a/b" },
  {
    name: "another value continued over a line that looks like it",
    config: "[core]\n\tx = y\\\nworktree = /x\n",
    value: null,
  },
  {
    name: "a backslash that is itself escaped at the end",
    config: "[core]\n\tx = y\\\\\n\tworktree = /a\n",
    value: "/a",
  },
  {
    name: "a value of another key that looks like a section",
    config: "[user]\n\tname = [core]\n\tworktree = /x\n",
    value: null,
  },
  { name: "empty", config: "[core]\n\tworktree =\n", value: "" },
  { name: "empty, then a line that looks like a value", config: "[core]\n\tworktree =\n\tbare = false\n", value: "" },
  { name: "UTF-8", config: "[core]\n\tworktree = /a/ü 漢字\n", value: "/a/ü 漢字" },
  { name: "a NUL-free long one", config: `[core]\n\tworktree = /${"x".repeat(3000)}\n`, value: `/${"x".repeat(3000)}` },
];

describe("core.worktree as git reads it", () => {
  it.each(LIKE_GIT)("$name", ({ config, value }) => {
    expect(askGit(config)).toBe(value);
    expect(coreWorktree(config.replace(/^\ufeff/, ""))).toBe(value);
  });

  it("follows no include", () => {
    const directory = scratch();
    writeFileSync(join(directory, "more"), "[core]\n\tworktree = /included\n");
    const include = `[include]\n\tpath = more\n[includeIf "gitdir:/"]\n\tpath = ${directory}/more\n`;
    expect(coreWorktree(`${include}[core]\n\tbare = false\n`)).toBeNull();
    expect(coreWorktree(`[core]\n\tworktree = /a/b\n${include}`)).toBe("/a/b");
  });

  it.each([
    "[",
    "[]",
    "[core",
    "[core]\nworktree",
    "[core]\n= /x",
    "=",
    "\\",
    "[core]\nworktree = \\",
    '[core]\nworktree = "',
  ])("accepts what git refuses or reads as an option: %j", (config) => {
    expect(coreWorktree(config) ?? "").toBe("");
  });
});

describe("the config file", () => {
  it.each([
    { name: "missing", make: () => undefined, kind: "absent", reason: undefined },
    { name: "a FIFO", make: fifo, kind: "unusable", reason: "marker-not-a-file" },
    { name: "a directory", make: (path: string) => mkdirSync(path), kind: "unusable", reason: "marker-not-a-file" },
    {
      name: "a symlink",
      make: (path: string) => {
        writeFileSync(`${path}.real`, "[core]\n\tworktree = /a\n");
        symlinkSync(`${path}.real`, path);
      },
      kind: "unusable",
      reason: "marker-not-a-file",
    },
    {
      name: "over 1 MiB",
      make: (path: string) => writeFileSync(path, `${"# x\n".repeat(300_000)}[core]\n\tworktree = /a\n`),
      kind: "unusable",
      reason: "marker-too-large",
    },
    {
      name: "not UTF-8",
      make: (path: string) => writeFileSync(path, Buffer.from("[core]\n\tworktree = /a\xff\n", "latin1")),
      kind: "unusable",
      reason: "marker-not-utf8",
    },
    {
      name: "relative",
      make: (path: string) => writeFileSync(path, "[core]\n\tworktree = ../x\n"),
      kind: "unusable",
      reason: "marker-relative",
    },
    {
      name: "an empty value",
      make: (path: string) => writeFileSync(path, "[core]\n\tworktree =\n"),
      kind: "unusable",
      reason: "marker-empty",
    },
  ])("$name", ({ make, kind, reason }) => {
    const repo = scratch();
    make(join(repo, "config"));
    const claim = readWorktree(repo);
    expect([claim.kind, claim.kind === "unusable" ? claim.reason : undefined]).toEqual([kind, reason]);
  });

  it("mode 000, as a user to whom it applies", async () => {
    const repo = scratch();
    letPass(repo);
    writeFileSync(join(repo, "config"), "[core]\n\tworktree = /a\n");
    chmodSync(join(repo, "config"), 0);
    const claim = await asOtherUser(() => readWorktree(repo));
    expect(claim).toMatchObject({ kind: "unusable", reason: "marker-unreadable", trouble: { code: "EACCES" } });
  });

  it("does not stop a repo whose marker is right from being judged", async () => {
    const w = world();
    const repo = w.repo("gone", { workdir: "delete" });
    rmSync(join(repo.path, "config"));
    fifo(join(repo.path, "config"));
    expect(await says(w, repo)).toEqual(ORPHAN);
    rmSync(join(repo.path, "HERMES_WORKDIR"));
    expect(await says(w, repo)).toEqual(unidentified("marker-not-a-file"));
  });
});
