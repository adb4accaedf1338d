// A kind of records that does not exist: each entry is a record of one JSON document, and may have a file of its own.
//
//   <base>/toys.json        {"version": 1, "toys": {"<key>": {"last_use": epoch seconds, "file": "<name>" or nothing}}}
//   <base>/toys.json.lock   created exclusively by whatever changes the document
//   <base>/<name>.log

import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Entry } from "../../src/model/entry.ts";
import type { Inspection } from "../../src/model/inspection.ts";
import type { ScanOptions } from "../../src/index.ts";
import type { RecordList } from "../../src/stores/json-records/document.ts";
import { measureRecords, recordsIn, recordValue } from "../../src/stores/json-records/records.ts";
import type { Discovery, Kind, OwnLock } from "../../src/stores/kind.ts";
import { errno } from "./intercept-calls.ts";
import { FRESH, memberAt, OLD } from "./toy-store.ts";
import { type World, world } from "./world.ts";

export interface ToyRecord {
  readonly last_use: number;
  readonly file?: string;
}

const TOY_LIST: RecordList = { path: ["toys"] };
const DOCUMENT = "toys.json";

/** A kind with records of this document, for an agent of another test. */
export function toyRecords(document: string = DOCUMENT, list: RecordList = TOY_LIST): Kind {
  return {
    kind: "toy",
    discover: (base, children): Discovery => {
      if (!children.some(({ name }) => name === document)) return { entries: [], claimed: [] };
      const found = recordsIn(base, document, list);
      const records = found.kind === "records" ? found.records : [];
      const entries = records.flatMap(({ member, key, value }): Entry[] => {
        const toy = toyOf(value());
        if (toy === null) return [];
        const file = toy.file === undefined ? null : memberAt(base, `${toy.file}.log`, "file");
        return [{ base, store: "toy", id: key, members: file === null ? [member] : [member, file] }];
      });
      const files = entries.flatMap(({ members }) => members.slice(1).map(({ place }) => place));
      return { entries, claimed: [document, `${document}.lock`, ...files] };
    },
    inspect,
    measure: async (entries) => measureRecords(entries),
    lockNames: null,
    snapshots: () => ({ kind: "known", snapshots: null }),
    guard: ({ base }) => lockFile(`${base}/${document}.lock`),
  };
}

/** Created exclusively, as some agents do it, and not waited for. */
function lockFile(path: string): OwnLock {
  return {
    path,
    take: async () => {
      try {
        closeSync(openSync(path, "wx"));
      } catch {
        throw errno("EBUSY", "open", path);
      }
      return () => rmSync(path);
    },
  };
}

function inspect(entry: Entry): Inspection {
  const record = entry.members.find(({ as }) => as === "record");
  const toy = record === undefined ? null : toyOf(recordValue(record));
  const trouble = { code: "EINVAL", message: "it is not a record of a toy", path: record?.path ?? "" };
  return {
    reading: { kind: "not-applicable" },
    touched: null,
    lastUse: toy === null ? null : { at: toy.last_use * 1000, from: "last_use" },
    locks: [],
    borrows: [],
    borrowsTrouble: null,
    troubles: toy === null ? [trouble] : [],
  };
}

function toyOf(value: unknown): ToyRecord | null {
  if (typeof value !== "object" || value === null || !("last_use" in value)) return null;
  const file = "file" in value && typeof value.file === "string" ? { file: value.file } : {};
  return typeof value.last_use === "number" ? { last_use: value.last_use, ...file } : null;
}

export interface RecordToys {
  readonly w: World;
  readonly document: string;
  readonly options: ScanOptions;
  /** The text of the document now. */
  readonly text: () => string;
  /** The text of one record, as it stands in the document; null where it is not there. */
  readonly record: (key: string) => string | null;
}

/** Formatted as no printer does it: odd space, numbers past 2^53, fields that are unknown, CRLF. */
export function toyText(toys: readonly (readonly [string, ToyRecord])[]): string {
  const records = toys.map(([key, { last_use: at, file }], nth) => {
    const fields = [
      `"last_use" : ${at}`,
      `"big":9007199254740993`,
      ...(file === undefined ? [] : [`"file":"${file}"`]),
    ];
    return `\r\n\t${JSON.stringify(key)}${" ".repeat(nth % 3)}: { ${fields.join(" ,")}, "1.0":1.0 }`;
  });
  return `{"version":1,\r\n "toys":{${records.join(",")}\r\n },"rest":[ 1e400,"\\u0041" ] }\r\n`;
}

/** A home with a document of toys: `old` and `older` go, `fresh` and what else is named stays. */
export function recordToys(
  toys: readonly (readonly [string, ToyRecord])[] = [
    ["fresh", { last_use: FRESH }],
    ["agent:main:old", { last_use: OLD, file: "old" }],
    ["older", { last_use: OLD - 1000 }],
    ["twin", { last_use: FRESH, file: "twin" }],
  ],
  kind: Kind = toyRecords(),
): RecordToys {
  const w = world();
  w.repo("alive");
  const document = join(w.base, DOCUMENT);
  mkdirSync(w.base, { recursive: true });
  writeFileSync(document, toyText(toys), { mode: 0o640 });
  for (const [, { file }] of toys) if (file !== undefined) writeFileSync(join(w.base, `${file}.log`), `of ${file}\n`);
  for (const [, { file }] of toys) if (file !== undefined) w.age(join(w.base, `${file}.log`), 90);
  const text = (): string => readFileSync(document, "utf8");
  return {
    w,
    document,
    text,
    record: (key) => new RegExp(`${JSON.stringify(key)} *: *\\{[^}]*\\}`).exec(text())?.[0] ?? null,
    options: {
      home: w.home,
      env: { HOME: w.root },
      stores: [kind],
      settings: { collect: ["hermes-shadow", "toy"] },
    },
  };
}
