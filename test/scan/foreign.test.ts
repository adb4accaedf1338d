// Which children of a base are entries. Everything here lies beside one orphan that is taken, so that a look that went
// too far would show, and nothing of what is foreign changes by a byte.

import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { autoPrune, prune, scan } from "../../src/index.ts";
import { fifo } from "../fs/support.ts";
import { diff, type Fingerprint, fingerprint } from "../support/tree.ts";
import { type World, world } from "../support/world.ts";

const ID = "0123456789abcdef";

/** Makes something in the base that is not an entry; gives the names that are foreign. Old, and its workdir is gone. */
type Make = (w: World) => readonly string[];

const named =
  (name: string): Make =>
  (w) => {
    w.repo("foreign", { id: name, workdir: "delete", ageDays: 90 });
    return [name];
  };

const spoiled =
  (spoil: (path: string, w: World) => void): Make =>
  (w) => {
    const { path } = w.repo("foreign", { id: ID, workdir: "delete", ageDays: 90 });
    spoil(path, w);
    w.age(path, 90);
    return [ID];
  };

const FOREIGN: readonly { readonly name: string; readonly make: Make }[] = [
  { name: "15 characters", make: named(ID.slice(1)) },
  { name: "17 characters", make: named(`${ID}0`) },
  { name: "upper case", make: named(ID.toUpperCase()) },
  { name: "one letter in upper case", make: named(`${ID.slice(0, 15)}F`) },
  { name: "a dot in front", make: named(`.${ID.slice(1)}`) },
  { name: "a dot behind", make: named(`${ID}.`) },
  { name: "a suffix", make: named(`${ID}.bak`) },
  { name: "a letter that is not a hex digit", make: named(`${ID.slice(0, 15)}g`) },
  { name: "digits of another script", make: named("١٢٣٤٥٦٧٨٩٠١٢٣٤٥٦") },
  { name: "a newline behind", make: named(`${ID}\n`) },
  {
    name: "no HEAD, and a name that is not git's",
    make: spoiled((path) => {
      rmSync(join(path, "HEAD"));
      writeFileSync(join(path, "notes.txt"), "somebody's");
    }),
  },
  {
    name: "HEAD as a directory",
    make: spoiled((path) => {
      rmSync(join(path, "HEAD"));
      mkdirSync(join(path, "HEAD"));
    }),
  },
  {
    name: "HEAD as a symlink",
    make: spoiled((path) => {
      renameSync(join(path, "HEAD"), join(path, "HEAD.real"));
      symlinkSync("HEAD.real", join(path, "HEAD"));
    }),
  },
  {
    name: "HEAD as a FIFO",
    make: spoiled((path) => {
      rmSync(join(path, "HEAD"));
      fifo(join(path, "HEAD"));
    }),
  },
  {
    name: "a symlink to a repo outside",
    make: spoiled((path, w) => {
      renameSync(path, join(w.root, "elsewhere"));
      symlinkSync(join(w.root, "elsewhere"), path);
    }),
  },
  {
    name: "a plain file",
    make: (w) => {
      w.stray(ID);
      return [ID];
    },
  },
  {
    name: "a shadow repo called store",
    make: named("store"),
  },
  {
    name: "an archive's name on a file",
    make: (w) => {
      w.stray("legacy-20260601-101500");
      return ["legacy-20260601-101500"];
    },
  },
  {
    name: "a name that is not UTF-8",
    make: (w) => {
      mkdirSync(Buffer.concat([Buffer.from(`${w.base}/`), Buffer.from([0xff, 0x41])]));
      return [`base64:${Buffer.from([0xff, 0x41]).toString("base64")}`];
    },
  },
  {
    name: "a name that looks as if it had been encoded",
    make: (w) => {
      w.stray("base64:QQ==");
      return [`base64:${Buffer.from("base64:QQ==").toString("base64")}`];
    },
  },
];

describe("foreign", () => {
  it.each(FOREIGN)("$name: manually and automatically left alone", async ({ make }) => {
    const w = world();
    const gone = w.repo("gone", { workdir: "delete" });
    const foreign = make(w);
    const look = (): Fingerprint => fingerprint(w.root, { ignore: (path) => mayChange(path, gone.id) });
    const before = look();
    const options = { home: w.home, env: { HOME: w.root } };

    const plan = await scan({ ...options, include: ["unreachable", "unidentified"], everything: true });
    expect(plan.bases[0]?.foreign).toEqual(foreign);
    expect(plan.bases[0]?.entries.map((row) => row.judged.entry.id)).toEqual([gone.id]);
    const { bases } = await prune(plan, options);
    expect(bases[0]?.entries.map(({ outcome }) => outcome)).toEqual(["removed"]);
    const swept = await autoPrune({ ...options, optIn: true, settings: { orphan_grace_hours: 0, trash_days: 0 } });
    expect([swept.status, swept.bases[0]?.entries]).toEqual(["done", []]);
    const changed = diff(before, look()).filter((line) => !/^~ \.hermes(?:\/checkpoints)?: /.test(line));
    expect(changed).toEqual([]);
  });

  it("is an entry with 16 lower-case hex digits and a HEAD, whatever else is missing", async () => {
    const w = world();
    const path = join(w.base, ID);
    mkdirSync(path);
    writeFileSync(join(path, "HEAD"), "");
    const plan = await scan({ home: w.home, env: { HOME: w.root } });
    expect(plan.bases[0]?.foreign).toEqual([]);
    expect(plan.bases[0]?.entries.map((row) => [row.judged.entry.id, row.judged.verdict, row.judged.reason])).toEqual([
      [ID, "unidentified", "marker-missing"],
    ]);
  });

  it("counts neither the marker nor our own state", async () => {
    const w = world();
    w.marker(Date.now() / 1000);
    mkdirSync(join(w.base, ".checkpoint-gc"), { mode: 0o700 });
    const plan = await scan({ home: w.home, env: { HOME: w.root } });
    expect(plan.bases[0]).toMatchObject({ foreign: [], entries: [] });
  });
});

/** The entry that is removed, the state and the marker; the directories above these get a new mtime. */
function mayChange(path: string, gone: string): boolean {
  const below = path.replace(/^\.hermes\//, "");
  return below === ".checkpoints.gc" || below === `checkpoints/${gone}` || below === "checkpoints/.last_prune";
}
