// A record and its file, killed at every step and with every call failing: together or not at all, in one place or the
// other, and the twins of it stay the same byte by byte.
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { prune, restore, scan } from "../../src/index.ts";
import { isSameFile } from "../../src/fs/move-new.ts";
import { killAt } from "../fs/support.ts";
import { failingAtEach, killedAtEach } from "../support/each-step.ts";
import { stopIntercepting } from "../support/intercept-calls.ts";
import { type RecordToys, recordToys } from "../support/toy-records.ts";
import { FRESH, isolatedIn, OLD, outcomes, rows } from "../support/toy-store.ts";

const CHANGES: ReadonlySet<string> = new Set(["open", "write", "fsync", "rename", "unlink", "chown", "fchmod", "link"]);
const ID = "agent:main:old";

/** All of them with LONG=1. */
const STRIDE = process.env["LONG"] === undefined ? 5 : 1;

interface Killable extends RecordToys {
  readonly before: string;
  readonly without: string;
}

function toys(): Killable {
  const made = recordToys([
    ["fresh", { last_use: FRESH }],
    [ID, { last_use: OLD, file: "old" }],
    ["twin", { last_use: FRESH, file: "twin" }],
  ]);
  const before = made.text();
  return { ...made, before, without: before.replace(`\r\n\t${made.record(ID) ?? ""},`, "") };
}

const nothing = async (): Promise<void> => undefined;
const toTrash = async ({ options }: RecordToys): Promise<unknown> =>
  prune(await scan({ ...options, disposal: "trash" }), options);
const destroy = async ({ options }: RecordToys): Promise<unknown> => prune(await scan(options), options);
const putBack = async ({ options }: RecordToys): Promise<unknown> => restore({ ...options, ids: [ID] });

const RUNS = [
  { name: "going to the trash", prepare: nothing, act: toTrash },
  { name: "being restored", prepare: toTrash, act: putBack },
  { name: "being destroyed", prepare: nothing, act: destroy },
] as const;

type Run = (typeof RUNS)[number];

/** Those that change something, and points. */
function isStep(operation: string): boolean {
  return CHANGES.has(operation) || operation.startsWith("point:");
}

/** The record and its file are in one place; everything else is as it was. Gives which place. */
async function placeOf(made: Killable, where: string): Promise<"in place" | "trash" | "gone"> {
  const { w, text, before, without, options } = made;
  const isThere = text() === before;
  expect([before, without], where).toContain(text());
  expect(readFileSync(join(w.base, "twin.log"), "utf8"), where).toBe("of twin\n");
  const { trash = [] } = (await scan(options)).bases[0] ?? {};
  // A file that has both names is one whose way back was cut short (fs/move-new.ts): the item in the trash is whole.
  const file = trash[0]?.item.complete === true ? trash[0].item.members[1]?.path : undefined;
  const isCut = file !== undefined && isSameFile(file, join(w.base, "old.log"));
  expect(existsSync(join(w.base, "old.log")), where).toBe(isThere || isCut);
  if (trash.length === 0) return isThere ? "in place" : "gone";
  expect([isThere, trash.length], where).toEqual([false, 1]);
  return "trash";
}

/** The next run finishes or undoes it, and it can be put back from wherever it is. */
async function expectWhole(run: Run, made: Killable, where: string): Promise<void> {
  // What a killed program leaves of its lock is for its own rules.
  rmSync(`${made.document}.lock`, { force: true });
  await prune(await scan({ ...made.options, only: "orphan" }), made.options);
  const place = await placeOf(made, where);
  if (place === "gone") expect(run.name, where).toBe("being destroyed");
  if (place === "trash") {
    await putBack(made);
    expect(await placeOf(made, where), where).toBe("in place");
  }
}

describe("killed", () => {
  it.each(RUNS)("$name, at every step: it is whole in one place, or finished", { timeout: 240_000 }, async (run) => {
    const check = async (made: Killable, step: string): Promise<void> => {
      const where = `${run.name}, ${step}`;
      await expectWhole(run, made, where);
      // Whatever is left beside goes with the next run that writes.
      made.w.repo("gone", { workdir: "delete", ageDays: 60 });
      await destroy(made);
      expect(isolatedIn(made.w), where).toEqual([]);
    };
    await killedAtEach({ make: toys, ...run }, { counts: isStep, every: STRIDE, check });
  });
});

describe("a call that fails", () => {
  it.each(RUNS.flatMap((run) => (["EIO", "ENOSPC"] as const).map((code) => ({ ...run, code }))))(
    "$code, $name, each of them: together or not at all",
    { timeout: 240_000 },
    async ({ code, ...run }) => {
      const check = (made: Killable, step: string): Promise<void> => expectWhole(run, made, `${run.name}, ${step}`);
      await failingAtEach({ make: toys, ...run }, { counts: (name) => CHANGES.has(name), every: STRIDE, check }, code);
    },
  );
});

it("half of an entry that was left in the trash goes back by itself, unless its key was taken meanwhile", async () => {
  for (const isTaken of [false, true]) {
    const made = toys();
    const plan = await scan(made.options);
    killAt((operation) => operation === "point:member-isolated");
    await prune(plan, made.options).then(nothing, nothing);
    stopIntercepting();
    rmSync(`${made.document}.lock`, { force: true });
    expect([made.text(), existsSync(join(made.w.base, "old.log"))]).toEqual([made.without, true]);
    if (isTaken) writeFileSync(made.document, made.text().replace('"toys":{', `"toys":{"${ID}":{"last_use":7},`));
    const now = made.text();
    const result = await prune(await scan({ ...made.options, only: "orphan" }), made.options);
    expect([outcomes(result), made.text()]).toEqual(isTaken ? [[], now] : [[[ID, "returned"]], made.before]);
    expect(isolatedIn(made.w)).toHaveLength(isTaken ? 1 : 0);
    expect(rows(await scan(made.options))).toContainEqual([ID, "stale", "stale"]);
  }
});
