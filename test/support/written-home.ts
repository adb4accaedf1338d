// A home as version 1.0.0 left it, kept in test/fixtures/state-1.0.0/. Unpacked elsewhere and later, it is as if 1.0.0
// had worked there a few seconds ago: paths, the ids made from them, and times follow. What cannot follow is the
// identity of directories in the ledger: that is of another machine, until `adoptLedger` says otherwise.

import { spawnSync } from "node:child_process";
import { lstatSync, lutimesSync, mkdtempSync, readFileSync, realpathSync, renameSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { onTestFinished } from "vitest";
import { observeMachine } from "../../src/resolve/machine.ts";
import { mountAt } from "../../src/resolve/mount-table.ts";
import type { LedgerFile, Observed } from "../evidence/ledger-file.ts";
import { everythingBelow, hash16, HOUR_MS, PROJECT, removeTree } from "./paths.ts";

const FIXTURE = join(PROJECT, "test", "fixtures", "state-1.0.0");
const RECORDED_ROOT = "/srv/checkpoints-1.0.0";
/** When 1.0.0 was done (ms). */
const RECORDED_NOW = 1_795_770_468_000;

const NAMES = [
  "archived",
  "archived-old",
  "kept",
  "live",
  "live-writer",
  "lost-back",
  "lost-early",
  "lost-late",
  "old",
  "old-half",
  "old-writer",
  "parent-lost/inner",
  "project",
  "project-half",
  "project-lost",
  "project-lost-late",
  "project-old",
  "unseen-lost",
] as const;
export type WrittenName = (typeof NAMES)[number];

export interface WrittenHome {
  readonly root: string;
  readonly home: string;
  readonly base: string;
  /** The base of the profile `writer`. */
  readonly writer: string;
  readonly names: readonly WrittenName[];
  workdir(name: WrittenName): string;
  id(name: WrittenName): string;
  /** What the command printed, as it would have been printed at the recorded place and time. */
  asRecorded(text: string): string;
}

type Place = Observed["places"][number];

export const recordedDocument = (name: string): unknown =>
  JSON.parse(readFileSync(join(FIXTURE, `${name}.json`), "utf8"));

/** `hours`: how long ago 1.0.0 was done. */
export function unpackWritten(hours = 0): WrittenHome {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "cgc-written-")));
  onTestFinished(() => removeTree(root));
  const archive = join(FIXTURE, "home.tar.gz");
  const tar = spawnSync("tar", ["-xpzf", archive, "-C", root, "--no-same-owner"], { encoding: "utf8" });
  if (tar.status !== 0) throw new Error(`tar -xpzf ${archive}: ${tar.error?.message ?? tar.stderr}`);

  const home = join(root, ".hermes");
  const workdir = (name: WrittenName): string => join(root, "work", name);
  const ids = NAMES.map((name) => [hash16(join(RECORDED_ROOT, "work", name)), hash16(workdir(name))] as const);
  const shift = Math.floor((Date.now() - RECORDED_NOW) / 1000) * 1000 - hours * HOUR_MS;
  move(root, (text) => replaced(text.replaceAll(RECORDED_ROOT, root), ids), shift);
  const written: WrittenHome = {
    root,
    home,
    base: join(home, "checkpoints"),
    writer: join(home, "profiles", "writer", "checkpoints"),
    names: NAMES,
    workdir,
    id: (name) => hash16(workdir(name)),
    asRecorded: (text) =>
      replaced(
        text.replaceAll(root, RECORDED_ROOT),
        ids.map(([recorded, now]) => [now, recorded]),
      ).replace(/(?<!"last": ")\b\d{4}-\d\d-\d\dT[\d:.]+Z|\b\d{13}\b/g, (time) => moved(time, -shift)),
  };
  for (const base of [written.base, written.writer]) moveLedger(stateOf(base), root);
  return written;
}

export const stateOf = (base: string): string => join(dirname(base), ".checkpoints.gc");

function moved(time: string, shift: number): string {
  return time.includes("T") ? new Date(Date.parse(time) + shift).toISOString() : String(Number(time) + shift);
}

function replaced(text: string, pairs: readonly (readonly [from: string, to: string])[]): string {
  const to = new Map(pairs);
  return text.replace(/(?<![0-9a-f])[0-9a-f]{16}(?![0-9a-f])/g, (id) => to.get(id) ?? id);
}

/** Contents, names and times, children first; `next`, which counts from when it was written, last of all. */
function move(root: string, relocate: (text: string) => string, shift: number): void {
  const all = [...everythingBelow(root)].map(String).filter((path) => path !== root);
  const times = new Map(all.map((path) => [path, lstatSync(path).mtimeMs]));
  const late = (path: string): number => Number(basename(path) === "next");
  for (const path of all.toSorted((a, b) => late(a) - late(b))) {
    if (lstatSync(path).isFile() && !path.includes("/objects/")) {
      const text = relocate(readFileSync(path, "latin1"));
      const hasTimes = /(?:\.json|%2Ejson|\.last_prune)$/.test(path);
      writeFileSync(path, hasTimes ? later(text, shift) : text, "latin1");
    }
    const target = join(dirname(path), relocate(later(basename(path), shift)));
    if (target !== path) renameSync(path, target);
    const seconds = ((times.get(path) ?? 0) + shift) / 1000;
    // A base and a store that are older than their birth were put back from a backup, and nothing in them is old.
    if (!/\/checkpoints(?:\/store\/HEAD)?$/.test(path)) lutimesSync(target, seconds, seconds);
  }
}

/** Moves what is a time in ms, or in seconds as Hermes writes them. */
function later(text: string, shift: number): string {
  return text
    .replace(/\b17\d{11}\b/g, (ms) => String(Number(ms) + shift))
    .replace(/\b17\d{8}(?:\.\d+)?\b/g, (seconds) => ((Number(seconds) * 1000 + shift) / 1000).toFixed(3));
}

/** The way to the root leads through other directories here, of which 1.0.0 knew as little as of the others. */
function moveLedger(state: string, root: string): void {
  rewriteLedger(state, (name, record) => {
    const paths = pathsOf(record.places);
    const way = [...ancestors(root).toReversed(), root];
    const outside = record.places[paths.indexOf(dirname(RECORDED_ROOT))];
    if (outside === undefined) throw new Error("the ledger has no way to the recorded root");
    const inside = record.places.filter((_, at) => paths[at]?.startsWith(`${RECORDED_ROOT}/`) === true);
    const kept = [...way, ...paths.filter((path) => path.startsWith(`${RECORDED_ROOT}/`))];
    const now = kept.map((path) => path.replace(RECORDED_ROOT, root));
    const places = [...way.map(() => outside), ...inside].map((place, at): Place => {
      const path = now[at] ?? "";
      return {
        ...place,
        above: path === "/" ? -1 : now.indexOf(dirname(path)),
        name: path === "/" ? path : basename(path),
      };
    });
    const seen = Object.entries(record.seen).map(([path, [at]]) => [path, [at, now.indexOf(path)]] as const);
    return [name, { ...record, places, seen: Object.fromEntries(seen) }];
  });
}

/**
 * Makes the records this machine's own, as 1.0.0 named them here. `here`: with the identities that the directories have
 * now; otherwise with those of other directories, as after a disk was copied.
 */
export function adoptLedger(written: WrittenHome, identities: "recorded" | "here"): void {
  const { observer, mounts } = observeMachine();
  for (const base of [written.base, written.writer]) {
    rewriteLedger(stateOf(base), (_, record) => {
      const paths = pathsOf(record.places);
      const places = record.places.map((place, at) => {
        const path = paths[at] ?? "";
        const stats = lstatSync(path, { bigint: true, throwIfNoEntry: false });
        const mount = mountAt(mounts ?? [], path);
        if (identities === "recorded" || stats === undefined || mount === null) return place;
        const { source, root: top, type } = mount;
        const begins = path !== "/" && mount.point === path;
        return {
          ...place,
          ino: String(stats.ino),
          birth: String(stats.birthtimeNs),
          mount: [source, top, type] as const,
          begins,
        };
      });
      return [observer.former, { ...record, places }];
    });
  }
}

function rewriteLedger(state: string, change: (name: string, record: Observed) => [string, Observed]): void {
  const file = join(state, "ledger.json");
  const { mtimeMs } = lstatSync(file);
  const ledger = JSON.parse(readFileSync(file, "utf8")) as LedgerFile;
  const observers = Object.entries(ledger.observers).map(([name, record]) => change(name, record));
  writeFileSync(file, `${JSON.stringify({ ...ledger, observers: Object.fromEntries(observers) })}\n`);
  lutimesSync(file, mtimeMs / 1000, mtimeMs / 1000);
}

function pathsOf(places: readonly Place[]): string[] {
  const paths: string[] = [];
  for (const { above, name } of places) paths.push(above < 0 ? name : join(paths[above] ?? "", name));
  return paths;
}

function ancestors(path: string): string[] {
  const parent = dirname(path);
  return parent === path ? [] : [parent, ...ancestors(parent)];
}
