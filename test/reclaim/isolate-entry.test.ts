// One entry out of its place and, where anything is wrong, back again: what is checked, what is reported, and what lies
// where afterwards. Real directories; the caller's part (the judgement, the mounts) is given, so each answer is a row.

import { mkdirSync, readdirSync, renameSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { GcError } from "../../src/errors.ts";
import { isolateEntry, type Isolation, type IsolatedOrNot } from "../../src/reclaim/isolate-entry.ts";
import { noLock } from "../../src/reclaim/owner-lock.ts";
import type { Entry } from "../../src/model/entry.ts";
import type { PlannedEntry } from "../../src/model/plan.ts";
import { parseTrashName } from "../../src/model/trash-name.ts";
import { judged } from "../plan/build.ts";
import { errno, interceptCalls, interceptCallAt, failCalls } from "../support/intercept-calls.ts";
import { scratch } from "./demolish.ts";
import { memberOf } from "./members.ts";
import { namesIn } from "./runs.ts";

const ID = "1aeadc333175595d";
const NOW = 1_700_000_000_000;

let root: string;
let base: string;
let trash: string;
let other: string;

beforeEach(() => {
  root = scratch();
  [base, trash, other] = [join(root, "base"), join(root, "trash"), join(root, "other")];
  for (const directory of [base, trash, other]) mkdirSync(directory);
});

describe("an entry that is what the plan says", () => {
  it("is in the trash under a name that says where it belongs, and was judged in both places", async () => {
    const planned = repo();
    const looked: Entry[] = [];
    const points: string[] = [];
    interceptCalls((operation, path) => {
      if (operation === "point:verified" || operation === "point:isolated") points.push(`${operation} ${path}`);
    });
    const done = await isolating(planned, {
      verify: (row, entry) => {
        expect(row).toBe(planned);
        looked.push(entry);
        return Promise.resolve(null);
      },
    });
    const [name = ""] = namesIn(trash);
    expect(done).toEqual({
      kind: "isolated",
      isolated: { entry: planned.judged.entry, paths: [join(trash, name)], trashId: idOf(name) },
    });
    expect(parseTrashName(name)).toMatchObject({ entryId: ID, since: NOW, rule: "stale", place: ID, marked: false });
    expect(namesIn(base)).toEqual([]);
    expect(readdirSync(join(trash, name))).toEqual(["HEAD"]);
    expect(looked.map((entry) => entry.members[0].path)).toEqual([pathOf(planned), join(trash, name)]);
    expect(looked[1]).toMatchObject({ id: ID, members: [{ place: ID }] });
    expect(points).toEqual([`point:verified ${pathOf(planned)}`, `point:isolated ${pathOf(planned)}`]);
  });
});

describe("before the move it stays in its place", () => {
  it("when the judgement is another by now, with what it says", async () => {
    const done = await isolating(repo(), { verify: () => Promise.resolve("it was used in the meantime") });
    expect(told(done)).toMatchObject({
      kind: "not",
      result: {
        outcome: "changed",
        trashId: null,
        error: { code: "ECHANGED", message: "it was used in the meantime" },
      },
    });
    stays();
  });

  it("when another directory has its name", async () => {
    const planned = repo();
    renameSync(pathOf(planned), join(other, "aside"));
    mkdirSync(pathOf(planned));
    const done = await isolating(planned, { verify: never });
    expect(told(done)).toMatchObject({
      kind: "not",
      result: { outcome: "changed", error: { code: "ECHANGED", message: "something else is in its place now" } },
    });
    stays();
  });

  it.each([0, 1])("when something is mounted in member %i, named by its place", async (member) => {
    const planned = repo(["one", "two"]);
    const mounted = join(planned.judged.entry.members[member]?.path ?? "", "mnt");
    const done = await isolating(planned, {
      mountIn: (paths) => (paths.some((path) => mounted.startsWith(`${path}/`)) ? mounted : null),
      verify: never,
    });
    expect(told(done)).toMatchObject({
      kind: "not",
      result: {
        outcome: "failed",
        trashId: null,
        error: { code: "EBUSY", message: `something is mounted at ${mounted}` },
      },
    });
    expect(namesIn(base)).toEqual(["one", "two"]);
    expect(namesIn(trash)).toEqual([]);
  });

  it("when only one of its members is there", async () => {
    const planned = repo(["one", "two"]);
    renameSync(join(base, "two"), join(other, "two"));
    const done = await isolating(planned, { verify: never });
    expect(told(done)).toMatchObject({ kind: "not", result: { outcome: "changed" } });
    expect(namesIn(base)).toEqual(["one"]);
    expect(namesIn(trash)).toEqual([]);
  });

  it.each(["EBUSY", "EXDEV", "EROFS", "EIO"])(
    "when the rename fails with %s, and no other way is tried",
    async (code) => {
      const planned = repo();
      const met = failCalls(code, (operation) => operation === "rename");
      const done = await isolating(planned, { destinations: [to(trash), to(other)] });
      expect(told(done)).toMatchObject({ kind: "not", result: { outcome: "failed", trashId: null, error: { code } } });
      expect(met.met()).toBe(1);
      stays();
    },
  );

  it("and a failing lstat of it is reported with its errno", async () => {
    failCalls("EACCES", (operation, path) => operation === "lstat" && path.endsWith(ID));
    const done = await isolating(repo(), { verify: never });
    expect(told(done)).toMatchObject({ kind: "not", result: { outcome: "failed", error: { code: "EACCES" } } });
    stays();
  });
});

describe("already gone", () => {
  it("before the check: no error, and nothing is judged", async () => {
    const planned = repo();
    takeAway(planned);
    expect(told(await isolating(planned, { verify: never }))).toEqual(gone(planned));
  });

  it("while it was judged: what was read of half an entry does not count as a change", async () => {
    const planned = repo();
    const done = await isolating(planned, {
      verify: () => {
        takeAway(planned);
        return Promise.resolve("it is unidentified now");
      },
    });
    expect(told(done)).toEqual(gone(planned));
  });

  it("between the judgement and the rename", async () => {
    const planned = repo();
    interceptCallAt("point:verified", () => takeAway(planned));
    expect(told(await isolating(planned))).toEqual(gone(planned));
  });

  it.each(["ENOENT", "EIO"])("is not said for %s while it is there", async (code) => {
    const planned = repo();
    failCalls(code, (operation) => operation === "rename");
    const done = await isolating(planned);
    expect(told(done)).toMatchObject({ kind: "not", result: { outcome: "failed", error: { code } } });
    stays();
  });

  it("is not said for another errno than ENOENT, also where nothing is left of it", async () => {
    const planned = repo();
    interceptCalls((operation, path) => {
      if (operation === "point:verified") takeAway(planned);
      if (operation === "rename") throw errno("EIO", operation, path);
    });
    expect(told(await isolating(planned))).toMatchObject({ result: { outcome: "failed", error: { code: "EIO" } } });
  });

  it("is not said where the look that should tell fails", async () => {
    const planned = repo();
    let verified = false;
    interceptCalls((operation, path) => {
      if (operation === "point:verified") verified = true;
      if (!verified) return;
      if (operation === "rename") throw errno("ENOENT", operation, path);
      if (operation === "lstat") throw errno("EACCES", operation, path);
    });
    const done = await isolating(planned);
    expect(told(done)).toMatchObject({ kind: "not", result: { outcome: "failed", error: { code: "ENOENT" } } });
    stays();
  });

  it("rethrows an error without an errno in that check", async () => {
    const planned = repo();
    let verified = false;
    interceptCalls((operation, path) => {
      if (operation === "point:verified") verified = true;
      if (verified && operation === "rename") throw errno("ENOENT", operation, path);
      if (verified && operation === "lstat") throw new TypeError("ours");
    });
    await expect(isolating(planned)).rejects.toThrow("ours");
  });
});

describe("no room for a name", () => {
  it.each(["ENOSPC", "EDQUOT"])("in the first trash (%s): the second is used", async (code) => {
    failCalls(code, once("rename"));
    const done = await isolating(repo(), { destinations: [to(trash), to(other)] });
    expect(done.kind).toBe("isolated");
    expect([namesIn(base), namesIn(trash)]).toEqual([[], []]);
    expect(namesIn(other)).toHaveLength(1);
  });

  it.each(["ENOSPC", "EDQUOT"])(
    "anywhere (%s): it stays, and is reported so that it gets a second turn",
    async (code) => {
      const met = failCalls(code, (operation) => operation === "rename");
      const done = await isolating(repo(), { destinations: [to(trash), to(other)] });
      expect(told(done)).toMatchObject({ kind: "no-room", result: { outcome: "failed", error: { code } } });
      expect(met.met()).toBe(2);
      stays();
    },
  );

  it("nor any trash: it stays, and the error says that no trash can be made", async () => {
    const done = await isolating(repo(), { destinations: [] });
    expect(told(done)).toMatchObject({
      kind: "no-room",
      result: { outcome: "failed", error: { code: "ENOSPC", message: "ENOSPC: no trash can be made here" } },
    });
    stays();
  });

  it("in the first, and the second fails with another errno: the second one is reported", async () => {
    let renames = 0;
    interceptCalls((operation, path) => {
      if (operation === "rename") throw errno(++renames === 1 ? "ENOSPC" : "EXDEV", operation, path);
    });
    const done = await isolating(repo(), { destinations: [to(trash), to(other)] });
    expect(told(done)).toMatchObject({ kind: "not", result: { error: { code: "EXDEV" } } });
    stays();
  });
});

describe("after the move it is put back", () => {
  it("when the judgement in the trash is another one", async () => {
    const planned = repo(["one", "two"]);
    const done = await isolating(planned, { verify: second("it is held now (busy)") });
    expect(told(done)).toEqual({
      kind: "not",
      result: {
        planned,
        outcome: "changed",
        bytes: 0,
        trashId: null,
        error: { code: "ECHANGED", message: "it is held now (busy)" },
      },
    });
    expect([namesIn(base), namesIn(trash)]).toEqual([["one", "two"], []]);
    expect(readdirSync(join(base, "two"))).toEqual(["HEAD"]);
  });

  it("when something else was moved, which is not judged", async () => {
    const planned = repo();
    interceptCallAt("point:verified", () => {
      takeAway(planned);
      mkdirSync(pathOf(planned));
      writeFileSync(join(pathOf(planned), "precious"), "");
    });
    let judgements = 0;
    const done = await isolating(planned, {
      verify: () => {
        judgements += 1;
        return Promise.resolve(null);
      },
    });
    expect(told(done)).toMatchObject({
      kind: "not",
      result: { outcome: "changed", trashId: null, error: { message: "something else was moved" } },
    });
    expect(judgements).toBe(1);
    expect(readdirSync(pathOf(planned))).toEqual(["precious"]);
    expect(namesIn(trash)).toEqual([]);
  });

  it("but overwrites nothing: where its place is occupied it waits in the trash, and is reported with its name there", async () => {
    const planned = repo();
    interceptCallAt("point:isolated", () => mkdirSync(pathOf(planned)));
    const done = await isolating(planned, { verify: second("it is live now") });
    const [name = ""] = namesIn(trash);
    expect(told(done)).toMatchObject({
      kind: "not",
      result: {
        outcome: "conflict",
        trashId: idOf(name),
        error: { code: "EEXIST", message: `it is live now, and ${pathOf(planned)} is taken: it waits in the trash` },
      },
    });
    // The empty directory is still theirs.
    expect(readdirSync(pathOf(planned))).toEqual([]);
    rmdirSync(pathOf(planned));
  });
});

describe("in the trash because it cannot go back, it is reported with its name there", () => {
  it("when the second judgement fails", async () => {
    const done = await isolating(repo(), { verify: second(errno("EIO")) });
    expect(told(done)).toMatchObject({
      kind: "not",
      result: { outcome: "failed", trashId: lying(), error: { code: "EIO" } },
    });
  });

  it("when the look at what was moved fails", async () => {
    failCalls("ESTALE", (operation, path) => operation === "lstat" && path.startsWith(`${trash}/`));
    const done = await isolating(repo());
    expect(told(done)).toMatchObject({ result: { outcome: "failed", trashId: lying(), error: { code: "ESTALE" } } });
  });

  it.each(["EACCES", "ENOSPC"])("when the way back fails with %s", async (code) => {
    failCalls(code, (operation, path) => operation === "rename" && path.startsWith(`${trash}/`));
    const done = await isolating(repo(), { verify: second("it is live now") });
    expect(told(done)).toMatchObject({ kind: "not", result: { outcome: "failed", trashId: lying(), error: { code } } });
    expect(namesIn(base)).toEqual([]);
  });
});

it.each([
  ["an error without an errno", new TypeError("ours")],
  ["an interruption", new GcError("interrupted", "stopped")],
])("%s in a judgement ends the run, before and after the move", async (_, error) => {
  await expect(isolating(repo(), { verify: () => Promise.reject(error) })).rejects.toBe(error);
  stays();
  await expect(isolating(repo(["again"]), { verify: second(error) })).rejects.toBe(error);
});

async function isolating(planned: PlannedEntry, run: Partial<Isolation> = {}): Promise<IsolatedOrNot> {
  return isolateEntry(planned, "stale", {
    verify: () => Promise.resolve(null),
    mountIn: () => null,
    ownerLockOf: () => noLock,
    now: () => NOW,
    destinations: [to(trash)],
    signal: undefined,
    ...run,
  });
}

function told(done: IsolatedOrNot): IsolatedOrNot {
  if (done.kind === "isolated") throw new Error(`it is in the trash: ${done.isolated.trashId}`);
  return done;
}

/** An entry with a directory for each place. */
function repo(places: readonly string[] = [ID]): PlannedEntry {
  const [first, ...rest] = places.map((place) => {
    mkdirSync(join(base, place));
    writeFileSync(join(base, place, "HEAD"), "ref: refs/heads/main\n");
    return memberOf(join(base, place), place);
  });
  if (first === undefined) throw new Error("an entry has at least one member");
  const { entry, ...more } = judged(ID, "stale");
  const ruling = { rule: "stale", holds: [], action: "remove" } as const;
  return {
    judged: { ...more, entry: { ...entry, base, members: [first, ...rest] } },
    ruling,
    sweep: ruling,
    snapshots: null,
    steps: [{ kind: "isolate", rule: "stale" }],
    after: [],
  };
}

function pathOf({ judged }: PlannedEntry): string {
  return judged.entry.members[0].path;
}

function takeAway(planned: PlannedEntry): void {
  renameSync(pathOf(planned), join(other, "aside"));
}

function gone(planned: PlannedEntry): IsolatedOrNot {
  const result = { planned, outcome: "already-gone", bytes: 0, trashId: null, error: null } as const;
  return { kind: "not", result };
}

/** Whole in its place, and in no other. */
function stays(): void {
  expect(namesIn(base)).toEqual([ID]);
  expect([namesIn(trash), namesIn(other).filter((name) => name !== "aside")]).toEqual([[], []]);
}

/** The id of the one thing in the trash. */
function lying(): string {
  const [name = ""] = namesIn(trash);
  expect(namesIn(trash)).toHaveLength(1);
  return idOf(name);
}

function idOf(name: string): string {
  return name.split(".").slice(0, 3).join(".");
}

function to(directory: string): Isolation["destinations"][number] {
  return { directory, prefix: "" };
}

function once(operation: string): (seen: string) => boolean {
  let met = 0;
  return (seen) => seen === operation && ++met === 1;
}

function never(): Promise<never> {
  return Promise.reject(new Error("nothing is left to judge"));
}

/** A judgement that is fine where the entry belongs, and gives this reason in the trash. */
function second(answer: string | Error): Isolation["verify"] {
  let met = 0;
  return () => {
    met += 1;
    if (met === 1) return Promise.resolve(null);
    return typeof answer === "string" ? Promise.resolve(answer) : Promise.reject(answer);
  };
}
