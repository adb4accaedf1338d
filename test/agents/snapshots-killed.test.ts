// A repository of each agent and a temporary file in one, killed at every step and with every call failing: whole in one place or
// gone where that was asked for, and what is beside it, and its twin, stay as they were.

import { existsSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { prune, restore, scan } from "../../src/index.ts";
import { failingAtEach, killedAtEach } from "../support/each-step.ts";
import { HOUR_MS } from "../support/paths.ts";
import { diff, fingerprint, type Fingerprint } from "../support/tree.ts";
import { type SnapshotAgent, snapshotHome, type SnapshotHome } from "../support/snapshot-home.ts";
import { leave, worktreeHome } from "../support/worktree-repo.ts";

const CHANGES: ReadonlySet<string> = new Set(["open", "write", "fsync", "rename", "unlink", "rmdir", "mkdir", "link"]);

/** All of them with LONG=1. */
const STRIDE = process.env["LONG"] === "1" ? 1 : 23;

interface Killable extends Pick<SnapshotHome, "root" | "options"> {
  readonly path: string;
  /** What is removed, or the directory around it that stays. */
  readonly around: string;
  readonly before: Fingerprint;
  readonly beside: Fingerprint;
  readonly twin: string;
  readonly twinBefore: Fingerprint;
}

const MADE: Readonly<Record<string, () => Killable>> = {
  "an orphan of opencode": () => orphan("opencode"),
  "an orphan of Kilo, under its lock": () => orphan("kilo"),
  "an orphan of Cline": () => orphan("cline"),
  "an orphan of Roo, beside its chat": () => orphan("roo"),
  "an orphan of Gemini, beside its marker": () => orphan("gemini"),
  "a temporary file of opencode": () => {
    const home = worktreeHome();
    const twin = home.repo("stays");
    const path = leave(
      join(home.repo("alpha"), "objects/pack/tmp_pack_Ab12Cd"),
      25 * HOUR_MS,
      "a pack that was cut off",
    );
    return killable(home, { path, around: dirname(path), twin });
  },
};

function orphan(agent: SnapshotAgent): Killable {
  const home = snapshotHome(agent);
  const { path } = home.orphan("gone");
  const twin = home.repo("stays").path;
  // What of a task or a slug is no repository stays; the others are one as a whole.
  const isWithin = agent === "roo" || agent === "gemini";
  if (agent === "roo") leave(join(dirname(path), "ui_messages.json"), 25 * HOUR_MS, "[]");
  return killable(home, { path, around: isWithin ? dirname(path) : path, twin });
}

function killable(
  { root, options }: Pick<SnapshotHome, "root" | "options">,
  { path, around, twin }: Pick<Killable, "path" | "around" | "twin">,
): Killable {
  const all = { before: fingerprint(around), beside: besideOf({ path, around }), twinBefore: fingerprint(twin) };
  return { root, options, path, around, twin, ...all };
}

const nothing = async (): Promise<void> => undefined;
const toTrash = async ({ options }: Killable): Promise<unknown> =>
  prune(await scan({ ...options, disposal: "trash" }), options);
const destroy = async ({ options }: Killable): Promise<unknown> =>
  prune(await scan({ ...options, disposal: "destroy" }), options);

async function putBack({ options }: Killable): Promise<unknown> {
  const trash = (await scan(options)).bases.flatMap((base) => base.trash);
  return restore({ ...options, ids: trash.map(({ item }) => item.id) });
}

const RUNS = [
  { name: "going to the trash", prepare: nothing, act: toTrash },
  { name: "being restored", prepare: toTrash, act: putBack },
  { name: "being destroyed", prepare: nothing, act: destroy },
] as const;

type Run = (typeof RUNS)[number];

const CASES = Object.entries(MADE).flatMap(([what, make]) => RUNS.map((run) => ({ what, make, run, name: run.name })));

function isStep(operation: string): boolean {
  return CHANGES.has(operation) || operation.startsWith("point:");
}

/** In its place and whole, in the trash and whole, or gone where that was asked for. */
async function expectWhole({ name }: Run, made: Killable, where: string): Promise<void> {
  // What a killed run leaves of Kilo's lock is broken in a minute: this test does not wait for that.
  rmSync(join(made.root, ".local/state"), { recursive: true, force: true });
  expect(diff(made.twinBefore, fingerprint(made.twin)), where).toEqual([]);
  // The next run finishes what was begun, or undoes it, and takes nothing more.
  await prune(await scan({ ...made.options, only: "stale" }), made.options);
  if (!existsSync(made.path)) {
    const trash = (await scan(made.options)).bases.flatMap((base) => base.trash);
    if (trash.length === 0) {
      expect(name, where).toBe("being destroyed");
      if (made.around !== made.path) expect(diff(made.beside, besideOf(made)), where).toEqual([]);
      return;
    }
    await putBack(made);
  }
  // A directory that something was moved out of and back into has the time of that.
  const isDirectory = (line: string): boolean => /: dir /.test(line);
  expect(
    diff(made.before, fingerprint(made.around)).filter((line) => !isDirectory(line)),
    where,
  ).toEqual([]);
}

/** What is around it, without itself and without the times of directories, which a move out of one changes. */
function besideOf({ path, around }: Pick<Killable, "path" | "around">): Fingerprint {
  const lines = fingerprint(around, { ignore: (each) => each === path.slice(around.length + 1) });
  return new Map([...lines].filter(([, line]) => !line.startsWith("dir ")));
}

describe("killed at every step", () => {
  it.each(CASES)("$what, $name: it is whole in one place, or finished", { timeout: 600_000 }, async ({ make, run }) => {
    const check = (made: Killable, where: string): Promise<void> => expectWhole(run, made, where);
    const all = await killedAtEach({ make, ...run }, { counts: isStep, every: STRIDE, check });
    expect(all).toBeGreaterThan(3);
  });
});

describe("with a call that fails", () => {
  it.each(CASES)("$what, $name: it is whole in one place, or finished", { timeout: 600_000 }, async ({ make, run }) => {
    const check = (made: Killable, where: string): Promise<void> => expectWhole(run, made, where);
    await failingAtEach({ make, ...run }, { counts: (name) => CHANGES.has(name), every: STRIDE, check }, "EIO");
  });
});
