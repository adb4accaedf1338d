// What a desktop moved to its trash can be put back: it counts as there, and beside it what cannot.

import { mkdirSync, renameSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Machine } from "../../src/model/surroundings.ts";
import { byHand, sweep, trashNames } from "../reclaim/runs.ts";
import { entryOf } from "../support/report.ts";
import { run } from "../support/run.ts";
import { world } from "../support/world.ts";
import { loudly } from "../fs/support.ts";
import { type Scene, scene, withMounts } from "./scene.ts";

/** Moves to a trash as the specification has it. */
function toTrash(trash: string, path: string, from = encodeURI(path)): string {
  for (const name of ["files", "info"]) mkdirSync(join(trash, name), { recursive: true });
  const name = `${basename(path)}.2`;
  writeFileSync(
    join(trash, "info", `${name}.trashinfo`),
    `[Trash Info]\nPath=${from}\nDeletionDate=2026-11-20T10:00:00\n`,
  );
  renameSync(path, join(trash, "files", name));
  return join(trash, "files", name);
}

function made(s: Scene, ...parts: readonly string[]): string {
  const path = join(s.work, ...parts);
  mkdirSync(path, { recursive: true });
  return path;
}

const me = process.getuid?.() ?? 0;
const homeOf = (s: Scene): Partial<Machine> => ({ platform: "linux", userHome: s.root, uid: me });
const homeTrash = (s: Scene): string => join(s.root, ".local", "share", "Trash");

describe("a workdir that a desktop moved to its trash is there", () => {
  it("in the trash of the home, its path percent-encoded", () => {
    const s = scene();
    const path = made(s, "my café 100%");
    toTrash(homeTrash(s), path, path.split("/").map(encodeURIComponent).join("/"));
    expect(s.ask(path, homeOf(s))).toBe("present");
  });

  it("where the desktop keeps its data elsewhere", () => {
    const s = scene();
    const path = made(s, "x");
    toTrash(join(s.root, "data", "Trash"), path);
    expect(s.ask(path, homeOf(s))).toBe("absent");
    expect(s.ask(path, { ...homeOf(s), dataHome: join(s.root, "data") })).toBe("present");
  });

  it.each([`.Trash/${me}`, `.Trash-${me}`])("in %s of its volume, its path relative to it", (trash) => {
    const s = scene();
    const mounts = withMounts({ point: s.root });
    const path = made(s, "x");
    toTrash(join(s.root, trash), path, "work/x");
    expect(s.ask(path, { ...homeOf(s), userHome: join(s.root, "home"), mounts })).toBe("present");
    // The twin: another user's.
    expect(s.ask(path, { ...homeOf(s), userHome: join(s.root, "home"), mounts, uid: me + 1 })).toBe("absent");
  });
});

describe("a workdir that was moved to the trash by another of its paths is there", () => {
  it("where the symlinks of that path still lead to where it was", () => {
    const s = scene();
    symlinkSync(s.work, join(s.root, "link"));
    for (const name of ["x", "clients"]) made(s, name, "acme");
    toTrash(homeTrash(s), join(s.work, "x"), join(s.root, "link", "x"));
    toTrash(homeTrash(s), join(s.work, "clients"), join(s.root, "link", "clients"));
    expect(s.ask(join(s.work, "x"), homeOf(s))).toBe("present");
    expect(s.ask(join(s.work, "clients", "acme"), homeOf(s))).toBe("parent-missing");
    // The twin: one of that name, from somewhere else.
    mkdirSync(join(s.root, "else"));
    symlinkSync(join(s.root, "else"), join(s.root, "other"));
    toTrash(homeTrash(s), made(s, "y"), join(s.root, "other", "y"));
    expect(s.ask(join(s.work, "y"), homeOf(s))).toBe("absent");
  });

  it("of a program in a snap", () => {
    const s = scene();
    const path = made(s, "x");
    toTrash(join(s.root, "snap/code/170/.local/share/Trash"), path);
    expect(s.ask(path, homeOf(s))).toBe("present");
    expect(s.ask(path, { ...homeOf(s), userHome: join(s.root, "home") })).toBe("absent");
  });
});

describe("a workdir is gone where", () => {
  it("the trash has another one", () => {
    const s = scene();
    toTrash(homeTrash(s), made(s, "y"));
    expect(s.ask(join(s.work, "x"), homeOf(s))).toBe("absent");
  });

  it("its name only begins like that of what is in the trash", () => {
    const s = scene();
    toTrash(homeTrash(s), made(s, "x"));
    expect(s.ask(join(s.work, "xy"), homeOf(s))).toBe("absent");
  });

  it("the trash was emptied and only a note of it is left", () => {
    const s = scene();
    const path = made(s, "x");
    rmSync(toTrash(homeTrash(s), path), { recursive: true });
    expect(s.ask(path, homeOf(s))).toBe("absent");
  });
});

describe("on a Mac", () => {
  const mac = (s: Scene): Partial<Machine> => ({ platform: "darwin", userHome: s.root, uid: me });

  it.each([
    ["x", "name-in-trash"],
    ["X", "name-in-trash"],
    ["x 10.22.33", "name-in-trash"],
    ["x notes", "absent"],
    ["y", "absent"],
  ])("a %s in the trash: %s", (name, says) => {
    const s = scene();
    mkdirSync(join(s.root, ".Trash", name), { recursive: true });
    expect(s.ask(join(s.work, "x"), mac(s))).toBe(says);
  });
});

it("a directory in the trash is found by its inode where its note is wrong; another one of its name is not", async (test) => {
  const w = world();
  if (statSync(w.base, { bigint: true }).birthtimeNs === 0n) loudly(test, "no birth times here");
  const [there, gone] = [w.repo("there", { ageDays: 3 }), w.repo("gone", { ageDays: 3 })];
  await sweep(w);
  const trash = join(w.root, ".local", "share", "Trash");
  toTrash(trash, there.workdir, "/no/such/there");
  w.removeWorkdir(gone);
  mkdirSync(join(w.root, "gone"));
  toTrash(trash, join(w.root, "gone"), "/no/such/gone");
  const report = (await run(["prune", "--dry-run", "--json"], { home: w })).report();
  expect(entryOf(report, there.id)).toMatchObject({ reason: "workdir-in-trash", action: "keep" });
  expect(entryOf(report, gone.id)).toMatchObject({ verdict: "orphan", action: "remove" });
});

it("a workdir in the trash keeps its repo, with the directory above it too, until the trash is emptied", async () => {
  const w = world();
  const repos = [w.repo("alone", { ageDays: 3 }), w.repo("clients/acme", { ageDays: 3 })];
  const deleted = w.repo("clients/bolt", { ageDays: 3 });
  await sweep(w);
  w.removeWorkdir(deleted);
  const trash = join(w.root, ".local", "share", "Trash");
  toTrash(trash, join(w.work, "alone"));
  toTrash(trash, join(w.work, "clients"));
  const report = (await run(["prune", "--dry-run", "--json"], { home: w })).report();
  for (const { id } of repos)
    expect(entryOf(report, id)).toMatchObject({ verdict: "live", reason: "workdir-in-trash", action: "keep" });
  // It was deleted before the directory above it was moved: it is not in there.
  expect(entryOf(report, deleted.id)).toMatchObject({ verdict: "orphan", action: "remove" });
  await sweep(w, { settings: { orphan_grace_hours: 0 } });
  expect(trashNames(w)).toHaveLength(1);
  rmSync(trash, { recursive: true });
  expect((await byHand(w)).bases.flatMap((base) => base.entries).map(({ outcome }) => outcome)).toEqual([
    "removed",
    "removed",
  ]);
});
