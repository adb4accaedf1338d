// An upgrade: what version 1.0.0 wrote (record, ledger, trash, what was put back, what it left half done) is read by
// this one, and what it printed as JSON is still printed. The home is in test/fixtures/state-1.0.0/.

import { existsSync, lstatSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { assertSound, git } from "../support/git.ts";
import { hermesStore } from "../support/hermes-store.ts";
import type { Report } from "../support/report.ts";
import { run } from "../support/run.ts";
import { diff, fingerprint } from "../support/tree.ts";
import {
  adoptLedger,
  recordedDocument,
  stateOf,
  unpackWritten,
  type WrittenHome,
  type WrittenName,
} from "../support/written-home.ts";

/** What is in the trash whole, by the repository it was in. */
const TRASHED = {
  shadow: ["lost-early", "old", "old-writer", "archived-old"],
  store: ["project-lost", "project-old"],
} as const;
const WAITING: readonly WrittenName[] = [...TRASHED.shadow, ...TRASHED.store];

interface Sweeps {
  readonly bases: readonly { readonly sweeps: readonly Readonly<Record<string, unknown>>[] }[];
}

describe("the record of version 1.0.0", () => {
  it("is the history, and the last sweep of the status", async () => {
    const w = unpackWritten();
    const history = (await run(["history", "--json"], { home: w.home })).json() as Sweeps;
    const status = (await run(["status", "--json"], { home: w.home })).report();
    for (const [at, base] of [w.base, w.writer].entries()) {
      const { sweeps } = JSON.parse(readFileSync(join(stateOf(base), "state.json"), "utf8")) as {
        sweeps: readonly (Readonly<Record<string, unknown>> & { at: number; undoUntil: number | null })[];
      };
      const written = sweeps.map((sweep) => ({
        ...sweep,
        at: new Date(sweep.at).toISOString(),
        undoUntil: sweep.undoUntil === null ? null : new Date(sweep.undoUntil).toISOString(),
      }));
      expect(written).toHaveLength(4);
      expect(history.bases[at]?.sweeps).toEqual(written);
      expect(status.bases[at]?.lastSweep).toEqual(written[0]);
    }
  });

  it("says when the next sweep is due: none before, one after", async () => {
    const early = unpackWritten();
    // A run may write the time of the next sweep anew, from the record; the archive has it in whole seconds.
    const ignore = (path: string): boolean => path.endsWith(".gc/next");
    const next = (): number => Math.floor(lstatSync(join(stateOf(early.base), "next")).mtimeMs / 1000);
    const before = [fingerprint(early.home, { ignore }), next()] as const;
    const nothing = await run(["auto", "--opt-in"], { home: early.home });
    expect([nothing.code, nothing.stdout, next()]).toEqual([0, "", before[1]]);
    expect(diff(before[0], fingerprint(early.home, { ignore }))).toEqual([]);
    const late = unpackWritten(25);
    const sweep = (await run(["auto", "--opt-in", "--json"], { home: late.home })).report();
    expect(sweep).toMatchObject({ status: "done", totals: { scanned: 10, failed: 0 } });
    const { sweeps } = ((await run(["history", "--json"], { home: late.home })).json() as Sweeps).bases[0] ?? {};
    expect(sweeps).toHaveLength(5);
  });
});

describe("the ledger of version 1.0.0", () => {
  /** What a sweep takes a day later, when all periods of grace are over. */
  const WITNESSED: readonly WrittenName[] = ["lost-late", "parent-lost/inner", "project-lost-late"];
  it.each<[title: string, ledger: "recorded" | "here" | null, reason: string, taken: readonly WrittenName[]]>([
    ["of directories that are the same still proves that they were deleted", "here", "absent-witnessed", WITNESSED],
    ["of other directories in their places leads to no deletion", "recorded", "parent-replaced", []],
    ["of another machine leads to no deletion", null, "seen-elsewhere", []],
  ])("%s", async (_, ledger, reason, taken) => {
    const w = unpackWritten(25);
    if (ledger !== null) adoptLedger(w, ledger);
    const before = namesIn(w);
    const sweep = (await run(["auto", "--opt-in", "--json"], { home: w.home })).report();
    expect(reasonsOf(sweep, w, [...WITNESSED, "lost-back"])).toEqual([reason]);
    // No observer ever saw `unseen-lost`; this one knows since when it is missing where the ledger is its own.
    const all: readonly WrittenName[] = ledger === null ? [] : [...taken, "unseen-lost"];
    expect(takenIn(sweep, w)).toEqual([...all].toSorted());
    // A manual run knows no grace, and keeps the others too.
    const byHand = (await run(["prune", "--yes", "--trash", "--json"], { home: w.home })).report();
    expect(takenIn(byHand, w)).toEqual(ledger === null ? ["unseen-lost"] : []);
    // Nothing is gone but the one whose removal 1.0.0 had begun.
    expect(before.filter((name) => !namesIn(w).includes(name))).toEqual(["old-half"]);
  });

  it("does not end a period of grace", async () => {
    const w = unpackWritten();
    adoptLedger(w, "here");
    const sweep = (await run(["auto", "--opt-in", "--now", "--json"], { home: w.home })).report();
    expect(reasonsOf(sweep, w, WITNESSED)).toEqual(["absent-witnessed"]);
    expect(takenIn(sweep, w)).toEqual([]);
  });
});

describe("the trash of version 1.0.0", () => {
  it("is listed, and all of it can be restored", async () => {
    const w = unpackWritten();
    const list = (await run(["trash", "list", "--json"], { home: w.home })).report();
    const waiting = list.trash.filter((item) => item.reason === "waiting");
    expect(waiting.map(({ entryId }) => entryId).toSorted()).toEqual(WAITING.map((name) => w.id(name)).toSorted());
    const ids = waiting.map(({ id }) => id);
    const restored = await run(["trash", "restore", ...ids, "--json"], { home: w.home });
    expect(restored.code, restored.stderr).toBe(0);
    const shadows = {
      "lost-early": w.base,
      "old": w.base,
      "old-writer": w.writer,
      "archived-old": join(w.base, "legacy-20260601-101500"),
    };
    for (const name of TRASHED.shadow) assertSound(join(shadows[name], w.id(name)));
    const store = hermesStore(w.base);
    assertSound(store.path);
    for (const name of TRASHED.store) {
      const { json, index, ledger } = store.project(w.workdir(name));
      expect(store.list(w.workdir(name))).toHaveLength(1);
      expect([json, index, ledger].map((path) => existsSync(path))).toEqual([true, true, true]);
      // The index is of that project's own snapshot: Hermes goes on from there.
      expect(git({ repo: store.path, env: { GIT_INDEX_FILE: index } }, "ls-files")).toBe("a.txt");
    }
    // What was put back by a person is left alone for a while, by that version's note and by this one's.
    const sweep = (await run(["auto", "--opt-in", "--now", "--json"], { home: w.home })).report();
    expect(takenIn(sweep, w)).toEqual([]);
  });

  it("is emptied, and nothing outside it", async () => {
    const w = unpackWritten();
    const before = fingerprint(w.base, { times: false });
    const emptied = await run(["trash", "empty", "--yes", "--json"], { home: w.home });
    expect(emptied.code, emptied.stderr).toBe(0);
    const list = (await run(["trash", "list", "--json"], { home: w.home })).report();
    // What a killed run had begun to move is back first; its history is kept a while.
    expect(list.trash.map(({ entryId, reason }) => [entryId, reason])).toEqual([[w.id("project-half"), "restored"]]);
    const changes = diff(before, fingerprint(w.base, { times: false }));
    expect(changes.filter((line) => !line.startsWith("+") && !line.includes("store/objects"))).toEqual([]);
    for (const name of ["project", "project-lost-late", "project-half"] as const)
      expect(hermesStore(w.base).list(w.workdir(name))).toHaveLength(1);
    assertSound(join(w.base, "store"));
  });

  it("is finished: what a killed run had begun to destroy is destroyed, what it had begun to move is moved back", async () => {
    const w = unpackWritten();
    const list = (await run(["trash", "list", "--json"], { home: w.home })).report();
    const begun = list.trash
      .filter(({ reason }) => reason !== "waiting")
      .map(({ entryId, reason }) => [entryId, reason]);
    expect(begun).toEqual([
      [w.id("project-half"), "half-isolated"],
      [w.id("old-half"), "unfinished"],
    ]);
    const sweep = (await run(["auto", "--opt-in", "--now", "--json"], { home: w.home })).report();
    const outcome = (name: WrittenName): unknown => sweep.trash.find(({ entryId }) => entryId === w.id(name))?.outcome;
    expect([outcome("project-half"), outcome("old-half")]).toEqual(["returned", "removed"]);
    const store = hermesStore(w.base);
    expect(store.list(w.workdir("project-half"))).toHaveLength(1);
    assertSound(store.path);
  });
});

describe("the JSON that version 1.0.0 printed", () => {
  /** Fields whose values are others by now, and why. */
  const DIFFERENT: Readonly<Record<string, string>> = {
    "startedAt": "of the run itself",
    "durationMs": "of the run itself",
    "entries[].detail": "a sentence for people, in other words",
    "trash[].detail": "a sentence for people, in other words",
  };
  // Sizes depend on the file system, and those of projects are without their index now: compared is whether there are any.

  it.each([
    ["status", ["status", "--json"]],
    ["prune", ["prune", "--dry-run", "--json"]],
  ])("%s: has the same values today, in the same fields", async (name, args) => {
    const w = unpackWritten();
    adoptLedger(w, "here");
    const { stdout, code } = await run(args, { home: w.home });
    expect(code).toBe(0);
    const found = new Set(differences(recordedDocument(name), JSON.parse(w.asRecorded(stdout)), ""));
    const unexpected = [...found].filter((line) => DIFFERENT[line.split(":")[0] ?? ""] === undefined);
    expect(unexpected).toEqual([]);
  });

  it("tells a field that is gone, a value that is another, and a row that is missing", () => {
    const was = { a: { b: 1 }, entries: [{ base: "/b", id: "x", bytes: 5 }] };
    expect(differences(was, { ...was, c: 2 }, "")).toEqual([]);
    expect(differences(was, { a: {}, entries: [{ base: "/b", id: "x", bytes: null }] }, "")).toEqual([
      "a.b: 1 | nothing",
      'entries[].bytes: "some" | null',
    ]);
    expect(differences(was, { a: { b: 2 }, entries: [] }, "")[1]).toMatch(/^entries\[\]: .* \| nothing$/);
  });
});

/** Names of what was taken, sorted. */
function takenIn(report: Report, w: WrittenHome): string[] {
  const rows = report.entries.filter(({ outcome }) => outcome === "trashed" || outcome === "removed");
  return rows.map(({ subject }) => (subject?.value ?? "").replace(`${w.root}/work/`, "")).toSorted();
}

function reasonsOf(report: Report, w: WrittenHome, names: readonly WrittenName[]): string[] {
  return [...new Set(names.map((name) => report.entries.find(({ id }) => id === w.id(name))?.reason ?? "no row"))];
}

/** Everything that has snapshots, in its place or in the trash. */
function namesIn(w: WrittenHome): string[] {
  // New things go to another directory than those of 1.0.0.
  const trash = [w.base, w.writer].flatMap((base) =>
    ["trash", "checkpoints"].flatMap((name) =>
      existsSync(join(stateOf(base), name)) ? readdirSync(join(stateOf(base), name)) : [],
    ),
  );
  const places = [w.base, w.writer, join(w.base, "legacy-20260601-101500"), join(w.base, "store", "refs", "hermes")];
  const ids = [...places.flatMap((place) => readdirSync(place)), ...trash].map((name) => name.replace(/^~/, ""));
  return w.names.filter((name) => ids.some((id) => id.split(".")[0] === w.id(name)));
}

/** Fields that the second document lacks, or has with another value; rows are matched by base and id. */
function differences(was: unknown, is: unknown, path: string): string[] {
  if (path.endsWith("ytes") || /\.bytes[A-Z]\w+$/.test(path)) return same(sizeOf(was), sizeOf(is), path);
  if (Array.isArray(was) && Array.isArray(is)) {
    const rest = new Map((is as readonly unknown[]).map((row, at) => [keyOf(row, at), row]));
    return was.flatMap((row, at) => differences(row, rest.get(keyOf(row, at)), `${path}[]`));
  }
  if (!isRecord(was) || !isRecord(is)) return same(was, is, path);
  return Object.entries(was).flatMap(([key, value]) =>
    differences(value, is[key], path === "" ? key : `${path}.${key}`),
  );
}

function same(was: unknown, is: unknown, path: string): string[] {
  const [then, now] = [was, is].map((value) => (value === undefined ? "nothing" : JSON.stringify(value)));
  return then === now ? [] : [`${path}: ${then} | ${now}`];
}

function sizeOf(value: unknown): unknown {
  return typeof value === "number" && value > 0 ? "some" : value;
}

function keyOf(row: unknown, at: number): string {
  return isRecord(row) && "id" in row ? `${String(row["base"])} ${String(row["id"])}` : String(at);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
