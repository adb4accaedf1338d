// An agent that does not exist, with all that an agent may have: homes and teams of its own, a settings file, a lock, names
// that are its own, a kind of files, a kind of records, and an index that knows which of them are open. It is what a new agent costs: this
// file, and a row in the list of agents.
//
//   $ACME_HOME, else ~/.acme
//     acme.yaml                        its settings, with a block `cleanup`
//     .acme.lock                       what it locks around its own changes
//     teams/<team>/runs/               a base; the team is its label
//       run-<n>.log                    the log of a run
//       run-<n>.json                   {"used": epoch seconds, "workdir": "/..." or nothing, "team": "..." or nothing}: of
//                                      those of a team the newest are kept
//       open.json                      {"open": ["run-2"]}: runs that are not over, which is its index
//       tasks.json                   tasks as records of one document (toy-records.ts)
//       frozen-<anything>/             its own: an archive of whole trees

import { mkdirSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { Agent, FindBases } from "../../src/agents/agent.ts";
import { decodeUtf8, readSmall } from "../../src/fs/read-small.ts";
import { bytePath } from "../../src/fs/syscalls.ts";
import type { Entry } from "../../src/model/entry.ts";
import type { BaseRef } from "../../src/model/home.ts";
import type { Inspection, SubjectReading } from "../../src/model/inspection.ts";
import { memberAt } from "./toy-store.ts";
import { type ToyRecord, toyRecords, toyText } from "./toy-records.ts";
import { type Discovery, type Kind, type Witness } from "../../src/stores/kind.ts";

const REASONS = { "run-broken": "its JSON is not that of a run: mend it, or delete it" } as const;

const acmeRuns: Kind = {
  kind: "acme-runs",
  // Sixty days, as the old ones have, are enough; seven are not.
  defaults: { retention_days: 30 },
  discover(base, children): Discovery {
    const names = children.filter(({ name, kind }) => kind === "file" && /^run-\d+\.log$/.test(name));
    const entries = names.flatMap(({ name }) => runAt(base, name.replace(/\.log$/, "")));
    return { entries, claimed: ["open.json", ...entries.flatMap(({ members }) => members.map(({ place }) => place))] };
  },
  isEntry: (id, places) => places.join(" ") === `${id}.log ${id}.json`,
  inspect,
  witness: readIndex,
  lockNames: null,
  snapshots: () => ({ kind: "known", snapshots: null }),
  guard: ({ base }) => join(homeOf(base), ".acme.lock"),
};

export const acme: Agent = {
  name: "acme",
  title: "Acme",
  usualHome: "$ACME_HOME or ~/.acme",
  kinds: [acmeRuns, toyRecords("tasks.json", { path: ["toys"] })],
  reasons: REASONS,
  findBases,
  relatedHomes: (homes) => [...new Set(homes)],
  userHomesAround: (home) => (basename(home) === ".acme" ? [dirname(home)] : []),
  settings: { file: (home) => join(home, "acme.yaml"), block: "cleanup" },
  sharesMarker: () => false,
  reserves: (name) => name.startsWith("frozen-"),
  isArchive: (name) => name.startsWith("frozen-"),
};

function findBases({ homes, bases, env, osHome, listDirectories }: FindBases): readonly BaseRef[] {
  const named = homes.length + bases.length > 0;
  const own = named ? homes : [env["ACME_HOME"] ?? join(osHome, ".acme")];
  const refs = own.flatMap((home) =>
    [...listDirectories(join(home, "teams"))]
      .toSorted()
      .map((team) => refOf(join(home, "teams", team, "runs"), named ? "home" : null)),
  );
  return [...refs, ...bases.map((base) => refOf(base, "base"))];
}

function refOf(path: string, named: BaseRef["named"]): BaseRef {
  return { agent: "acme", path, home: homeOf(path), profile: null, label: basename(dirname(path)), named };
}

function homeOf(base: string): string {
  return dirname(dirname(dirname(base)));
}

function runAt(base: string, id: string): Entry[] {
  const [log, json] = [memberAt(base, `${id}.log`, "file"), memberAt(base, `${id}.json`, "file")];
  return log === null || json === null ? [] : [{ base, store: "acme-runs", id, members: [log, json] }];
}

function inspect(entry: Entry): Inspection {
  const run = objectIn(entry.members[1]?.path ?? "");
  const used = run?.["used"];
  return {
    reading: readingOf(run),
    touched: null,
    lastUse: typeof used === "number" ? { at: used * 1000, from: "used" } : null,
    ...(typeof run?.["team"] === "string" ? { expiry: { rule: "expired", group: run["team"] } } : {}),
    locks: [],
    borrows: [],
    borrowsTrouble: null,
    troubles: [],
  };
}

function readingOf(run: Readonly<Record<string, unknown>> | null): SubjectReading {
  if (run === null) {
    return {
      kind: "unidentified",
      reason: "run-broken",
      sentence: REASONS["run-broken"],
      evidence: { "its JSON": "broken" },
    };
  }
  const { workdir } = run;
  if (typeof workdir !== "string") return { kind: "not-applicable" };
  return { kind: "identified", subject: { kind: "workdir", value: workdir }, verified: true, evidence: { workdir } };
}

function readIndex(base: string): Witness {
  const path = `${base}/open.json`;
  const open = objectIn(path)?.["open"];
  if (!Array.isArray(open)) return { kind: "unreadable", path, code: "EINVAL" };
  return {
    kind: "read",
    inUse: ({ id }) => (open.includes(id) ? { code: "active", by: path, sentence: "the run is not over" } : null),
  };
}

function objectIn(path: string): Readonly<Record<string, unknown>> | null {
  const file = readSmall(bytePath(path), 64 * 1024);
  const text = file.kind === "bytes" ? decodeUtf8(file.bytes) : null;
  try {
    return text === null ? null : (JSON.parse(text) as Readonly<Record<string, unknown>>);
  } catch {
    // A SyntaxError: half a file.
    return null;
  }
}

/** Puts a document of tasks into a base, formatted as no printer does it. */
export function writeTasks(base: string, tasks: readonly (readonly [string, ToyRecord])[]): string {
  const path = join(base, "tasks.json");
  writeFileSync(path, toyText(tasks));
  return path;
}

export interface Run {
  readonly used?: number;
  readonly team?: string;
  readonly workdir?: string;
}

/** Puts a run into a base; gives the paths of its members. `text` in place of its JSON. */
export function makeRun(base: string, n: number, run: Run | string): readonly [string, string] {
  const [log, json] = [join(base, `run-${n}.log`), join(base, `run-${n}.json`)];
  mkdirSync(base, { recursive: true });
  writeFileSync(log, `run ${n}\n`.repeat(1000));
  writeFileSync(json, typeof run === "string" ? run : JSON.stringify(run));
  return [log, json];
}

export function writeIndex(base: string, open: readonly string[]): void {
  mkdirSync(base, { recursive: true });
  writeFileSync(join(base, "open.json"), JSON.stringify({ open }));
}
