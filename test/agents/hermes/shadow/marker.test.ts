// HERMES_WORKDIR with every boundary. Each content is met three times, its workdir deleted where its parent lists other
// names: alone, beside a right core.worktree, and beside that one with the workdir alive. Only what the name of the repo
// confirms is removed automatically, and nothing that is alive is removed at all.

import { chmodSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { prune, scan } from "../../../../src/index.ts";
import { asOtherUser, fifo, give, letPass } from "../../../fs/support.ts";
import { diff, fingerprint } from "../../../support/tree.ts";
import { type RepoOptions, type ShadowRepo, type World, world } from "../../../support/world.ts";
import { DOUBTED, LIVE, ORPHAN, type Says, says, unidentified, unreachable } from "./judged.ts";

/** Puts something in the place of the marker that is right. */
type Spoil = (path: string, workdir: string, w: World) => void;

interface Row {
  readonly name: string;
  readonly spoil: Spoil;
  /** With no core.worktree. A right one is confirmed by the name of the repo and counts whatever the marker says. */
  readonly alone: Says;
}

const text =
  (content: (workdir: string) => string | Buffer): Spoil =>
  (path, workdir) =>
    writeFileSync(path, content(workdir));

const replaced =
  (make: (path: string) => void): Spoil =>
  (path) => {
    rmSync(path);
    make(path);
  };

const ROWS: readonly Row[] = [
  { name: "as Hermes writes it", spoil: () => undefined, alone: ORPHAN },
  { name: "without its newline", spoil: text((dir) => dir), alone: ORPHAN },
  { name: "with white space behind it", spoil: text((dir) => `${dir} \t\r\n\n`), alone: ORPHAN },
  { name: "missing", spoil: (path) => rmSync(path), alone: unidentified("marker-missing") },
  { name: "empty", spoil: text(() => ""), alone: unidentified("marker-empty") },
  { name: "blank", spoil: text(() => " \n\t\n"), alone: unidentified("marker-empty") },
  { name: "a BOM in front", spoil: text((dir) => `\ufeff${dir}\n`), alone: ORPHAN },
  { name: "a BOM and nothing else", spoil: text(() => "\ufeff"), alone: unidentified("marker-empty") },
  { name: "CRLF", spoil: text((dir) => `${dir}\r\n`), alone: ORPHAN },
  { name: "two lines", spoil: text((dir) => `${dir}\n${dir}\n`), alone: unidentified("marker-not-one-line") },
  { name: "a CR inside", spoil: text((dir) => `${dir}\r${dir}\n`), alone: unidentified("marker-not-one-line") },
  { name: "a NUL inside", spoil: text((dir) => `${dir}\0more\n`), alone: unidentified("marker-not-one-line") },
  { name: "a NUL behind it", spoil: text((dir) => `${dir}\0`), alone: unidentified("marker-not-one-line") },
  {
    name: "not UTF-8",
    spoil: text((dir) => Buffer.concat([Buffer.from(dir), Buffer.from([0xff, 0x0a])])),
    alone: unidentified("marker-not-utf8"),
  },
  {
    name: "UTF-16",
    spoil: text((dir) => Buffer.from(`\ufeff${dir}\n`, "utf16le")),
    alone: unidentified("marker-not-utf8"),
  },
  { name: "relative", spoil: text((dir) => `${basename(dir)}\n`), alone: unidentified("marker-relative") },
  { name: "~", spoil: text(() => "~\n"), alone: unidentified("marker-relative") },
  { name: "~/proj", spoil: text(() => "~/proj\n"), alone: unidentified("marker-relative") },
  {
    name: "/cwd/~/proj",
    spoil: text((dir) => `${dirname(dir)}/~/proj\n`),
    alone: unreachable("unexpanded-home", false),
  },
  {
    name: "/cwd/~/proj with /cwd/~ there",
    spoil: (path, dir) => {
      mkdirSync(`${dirname(dir)}/~`);
      writeFileSync(`${dirname(dir)}/~/neighbour`, "");
      writeFileSync(path, `${dirname(dir)}/~/proj\n`);
    },
    alone: unreachable("unexpanded-home", false),
  },
  { name: "/", spoil: text(() => "/\n"), alone: { ...LIVE, verified: false } },
  { name: "1 MiB of a path", spoil: text((dir) => dir + "x".repeat(1 << 20)), alone: unidentified("marker-too-large") },
  { name: "1 MiB of zeros", spoil: text(() => Buffer.alloc(1 << 20)), alone: unidentified("marker-too-large") },
  {
    name: "16 KiB: read, and no path that any system takes",
    spoil: text((dir) => `${dirname(dir)}/${"x".repeat(16_000 - dir.length)}\n`),
    alone: unidentified("marker-too-large"),
  },
  {
    name: "a name of 300 bytes, which some system may take",
    spoil: text((dir) => `${dirname(dir)}/${"x".repeat(300)}\n`),
    alone: unreachable("name-too-long", false),
  },
  {
    name: "the sign for what a decoder could not read",
    spoil: text((dir) => `${dir}\u{fffd}\n`),
    alone: unidentified("marker-not-utf8"),
  },
  { name: "a directory", spoil: replaced((path) => mkdirSync(path)), alone: unidentified("marker-not-a-file") },
  { name: "a FIFO", spoil: replaced(fifo), alone: unidentified("marker-not-a-file") },
  {
    name: "a symlink to a right one",
    spoil: (path) => {
      renameSync(path, `${path}.real`);
      symlinkSync(`${path}.real`, path);
    },
    alone: unidentified("marker-not-a-file"),
  },
  {
    name: "a dangling symlink",
    spoil: replaced((path) => symlinkSync("nowhere", path)),
    alone: unidentified("marker-not-a-file"),
  },
  // Nothing says that these are not what Hermes wrote, but the name of the repo does not confirm them.
  { name: "truncated", spoil: text((dir) => dir.slice(0, -2)), alone: DOUBTED },
  { name: "of another directory that is gone", spoil: text((dir) => `${dir}-other\n`), alone: DOUBTED },
  {
    name: "of another directory that is there",
    spoil: text((dir) => `${dirname(dir)}\n`),
    alone: { ...LIVE, verified: false },
  },
  { name: "with .. in it", spoil: text((dir) => `${dir}/../gone\n`), alone: unidentified("marker-not-normal") },
  { name: "with . in it", spoil: text((dir) => `${dirname(dir)}/./gone\n`), alone: unidentified("marker-not-normal") },
  { name: "with a slash behind it", spoil: text((dir) => `${dir}/\n`), alone: unidentified("marker-not-normal") },
  { name: "with two slashes", spoil: text((dir) => `/${dir}\n`), alone: unidentified("marker-not-normal") },
];

function spoiled(w: World, row: Row, name: string, options: RepoOptions): ShadowRepo {
  const repo = w.repo(name, options);
  row.spoil(join(repo.path, "HERMES_WORKDIR"), repo.workdir, w);
  w.freshen(repo);
  return repo;
}

describe("HERMES_WORKDIR", () => {
  it.each(ROWS)("$name, alone", async (row) => {
    const w = world();
    const repo = spoiled(w, row, "gone", { workdir: "delete", worktree: null });
    expect(await says(w, repo)).toEqual(row.alone);
  });

  it.each(ROWS)("$name, beside a right core.worktree", async (row) => {
    const w = world();
    const gone = spoiled(w, row, "gone", { workdir: "delete" });
    expect(await says(w, gone)).toEqual(ORPHAN);
  });

  it.each(ROWS)("$name, beside a right core.worktree, the workdir alive", async (row) => {
    const w = world();
    const alive = spoiled(w, row, "alive", {});
    expect(await says(w, alive)).toEqual(LIVE);
  });

  it("manually removes exactly what the tables say, and changes no byte of the rest", async () => {
    const w = world();
    const repos = ROWS.filter(({ name }) => !name.startsWith("/cwd/~")).map((row, n) => ({
      row,
      repo: spoiled(w, row, `gone-${n}`, { workdir: "delete", worktree: null }),
    }));
    const stays = repos.filter(({ row }) => row.alone.byHand === null).map(({ repo }) => repo);
    const before = stays.map(({ path }) => fingerprint(path));
    const options = { home: w.home, env: { HOME: w.root } };
    const { bases } = await prune(await scan(options), options);
    const taken = bases[0]?.entries.map(({ planned, outcome }) => `${planned.judged.entry.id} ${outcome}`) ?? [];
    const expected = repos.filter(({ row }) => row.alone.byHand !== null).map(({ repo }) => `${repo.id} removed`);
    expect(taken.toSorted()).toEqual(expected.toSorted());
    expect(stays.flatMap(({ path }, at) => diff(before[at]!, fingerprint(path)))).toEqual([]);
  });

  it.each([
    { name: "alone", worktree: null, expected: unidentified("marker-unreadable") },
    { name: "beside a right core.worktree", worktree: undefined, expected: ORPHAN },
  ])("mode 000, $name, as a user to whom it applies", async ({ worktree, expected }) => {
    const w = world();
    const repo = w.repo("gone", { workdir: "delete", ...(worktree === undefined ? {} : { worktree }) });
    chmodSync(join(repo.path, "HERMES_WORKDIR"), 0);
    letPass(w.root);
    give(w.home);
    expect(await asOtherUser(() => says(w, repo))).toEqual(expected);
  });
});
