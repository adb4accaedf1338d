// A kind of store that does not exist: each entry has two members, a directory and a JSON file beside it, and its last
// use stands in the file. It is what a new kind costs: this file, and a place in the list of stores.
//
//   <base>/toy-<n>.d/       whatever the toy keeps
//   <base>/toy-<n>.json     {"last_use": epoch seconds, "workdir": "/..." or nothing}

import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bytePath, lstatOrNull } from "../../src/fs/syscalls.ts";
import { decodeUtf8, readSmall } from "../../src/fs/read-small.ts";
import type { Entry, PathMember } from "../../src/model/entry.ts";
import type { Inspection, SubjectReading } from "../../src/model/inspection.ts";
import type { Plan, RunResult, ScanOptions } from "../../src/index.ts";
import type { Discovery, Kind } from "../../src/stores/kind.ts";
import { type World, world } from "./world.ts";

interface Toy {
  readonly last_use: number;
  readonly workdir?: string;
}

const toyStore: Kind = {
  kind: "toy",
  discover(base, children): Discovery {
    const directories = children.filter(({ name, kind }) => kind === "directory" && /^toy-\d+\.d$/.test(name));
    const entries = directories.flatMap(({ name }) => entryAt(base, name.replace(/\.d$/, "")));
    return { entries, claimed: entries.flatMap(({ members }) => members.map(({ place }) => place)) };
  },
  inspect,
  lockNames: /^busy$/,
  snapshots: () => ({ kind: "known", snapshots: null }),
};

/** An entry is whole or none: half of one is foreign. */
function entryAt(base: string, id: string): Entry[] {
  const [directory, file] = [memberAt(base, `${id}.d`, "directory"), memberAt(base, `${id}.json`, "file")];
  return directory === null || file === null ? [] : [{ base, store: "toy", id, members: [directory, file] }];
}

/** What lies at a place of a base, if it is of that kind. */
export function memberAt(base: string, place: string, kind: "directory" | "file"): PathMember | null {
  const path = `${base}/${place}`;
  const stat = lstatOrNull(bytePath(path));
  return stat?.kind === kind ? { path, place, identity: stat.identity } : null;
}

function inspect(entry: Entry): Inspection {
  const file = entry.members[1]?.path ?? "";
  const toy = read(file);
  const trouble = { code: "EINVAL", message: "it is not JSON of a toy", path: file };
  return {
    reading: readingOf(toy),
    touched: null,
    lastUse: toy === null ? null : { at: toy.last_use * 1000, from: "last_use" },
    locks: [],
    borrows: [],
    borrowsTrouble: null,
    troubles: toy === null ? [trouble] : [],
  };
}

function readingOf(toy: Toy | null): SubjectReading {
  if (toy?.workdir === undefined) return { kind: "not-applicable" };
  return { kind: "identified", subject: { kind: "workdir", value: toy.workdir }, verified: true, evidence: {} };
}

function read(path: string): Toy | null {
  const file = readSmall(bytePath(path), 4096);
  const text = file.kind === "bytes" ? decodeUtf8(file.bytes) : null;
  try {
    return text === null ? null : (JSON.parse(text) as Toy);
  } catch {
    // A SyntaxError: half a file.
    return null;
  }
}

/** Puts a toy into a base; gives the paths of its members. */
export function makeToy(base: string, n: number, toy: Toy, bytes = 5000): readonly [string, string] {
  const [directory, file] = [join(base, `toy-${n}.d`), join(base, `toy-${n}.json`)];
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, "plaything"), Buffer.alloc(bytes, 120));
  writeFileSync(file, JSON.stringify(toy));
  return [directory, file];
}

/** Epoch seconds. */
export const OLD: number = Date.now() / 1000 - 60 * 86_400;
export const FRESH: number = Date.now() / 1000 - 60;

/** A kind is collected where it is named, and that of a host as well. */
const COLLECT_TOYS = { collect: ["hermes-shadow", "toy"] } as const;

export interface Toys {
  readonly w: World;
  readonly old: readonly [string, string];
  readonly fresh: readonly [string, string];
  readonly options: ScanOptions;
}

/** Two toys in a base with a live shadow repo. The files of the old one were touched just now: only its JSON is old. */
export function toys(): Toys {
  const w = world();
  w.repo("alive");
  const old = makeToy(w.base, 1, { last_use: OLD });
  const fresh = makeToy(w.base, 2, { last_use: FRESH });
  w.age(fresh[0], 90);
  w.age(fresh[1], 90);
  return {
    w,
    old,
    fresh,
    options: { home: w.home, env: { HOME: w.root }, stores: [toyStore], settings: COLLECT_TOYS },
  };
}

export function trashOf(w: World): string {
  return join(w.home, ".checkpoints.gc", "trash");
}

/** Names of isolated members, without the notes beside them. */
export function isolatedIn(w: World): readonly string[] {
  return existsSync(trashOf(w)) ? readdirSync(trashOf(w)).filter((name) => !/^[0-9a-f]{8}\.json$/.test(name)) : [];
}

/** Id, verdict and rule of each toy. */
export function rows(plan: Plan): readonly (readonly [string, string, string | null])[] {
  return plan.bases.flatMap(({ entries }) =>
    entries
      .filter(({ judged }) => judged.entry.store === "toy")
      .map(({ judged, ruling }) => [judged.entry.id, judged.verdict, ruling.rule] as const),
  );
}

export function outcomes(result: RunResult): readonly (readonly [string, string])[] {
  const { entries = [], trash = [] } = result.bases[0] ?? {};
  return [
    ...trash.map(({ planned, outcome }) => [planned.item.entryId, outcome] as const),
    ...entries.map(({ planned, outcome }) => [planned.judged.entry.id, outcome] as const),
  ];
}

export function there(paths: readonly string[]): readonly boolean[] {
  return paths.map((path) => existsSync(path));
}
