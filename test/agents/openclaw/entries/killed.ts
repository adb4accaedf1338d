// A session and its transcript, killed at every step and with every call failing: together or not at all, in one place or the
// other, and every other session stays the same byte by byte.

import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { prune, restore, scan } from "../../../../src/index.ts";
import { isSameFile } from "../../../../src/fs/move-new.ts";
import { failingAtEach, killedAtEach } from "../../../support/each-step.ts";
import { SESSION_NOW } from "../../../support/session-store.ts";
import { main, type Sessions, store } from "./store.ts";

const CHANGES: ReadonlySet<string> = new Set(["open", "write", "fsync", "rename", "unlink", "chown", "fchmod", "link"]);
const OLD = main("old:1");

/** All of them with LONG=1. */
const STRIDE = process.env["LONG"] === "1" ? 1 : 5;

interface Killable extends Sessions {
  readonly before: string;
  readonly without: string;
}

function killable(): Killable {
  const made = store({
    [main("main")]: { sessionId: "live", updatedAt: SESSION_NOW },
    [OLD]: { sessionId: "old" },
    [main("twin:1")]: { sessionId: "twin", updatedAt: SESSION_NOW },
  });
  const before = made.index();
  const record = new RegExp(`\\n  "${OLD}": \\{[^}]*\\},`).exec(before)?.[0] ?? "none";
  return { ...made, before, without: before.replace(record, "") };
}

const nothing = async (): Promise<void> => undefined;
const toTrash = async ({ options }: Sessions): Promise<unknown> =>
  prune(await scan({ ...options, disposal: "trash" }), options);
const destroy = async ({ options }: Sessions): Promise<unknown> =>
  prune(await scan({ ...options, mode: "manual" }), options);
const putBack = async ({ options }: Sessions): Promise<unknown> => restore({ ...options, ids: [OLD] });

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

/** The session and its transcript are in one place, and everything else is as it was. Gives which place. */
async function placeOf(made: Killable, where: string): Promise<"in place" | "trash" | "gone"> {
  const { base, index, before, without, options } = made;
  const isThere = index() === before;
  expect([before, without], where).toContain(index());
  expect(existsSync(join(base, "twin.jsonl")), where).toBe(true);
  const { trash = [] } = (await scan(options)).bases[0] ?? {};
  // A file that has both names is one whose way back was cut short (fs/move-new.ts): the item in the trash is whole.
  const file = trash[0]?.item.complete === true ? trash[0].item.members[1]?.path : undefined;
  const isCut = file !== undefined && isSameFile(file, join(base, "old.jsonl"));
  expect(existsSync(join(base, "old.jsonl")), where).toBe(isThere || isCut);
  if (trash.length === 0) return isThere ? "in place" : "gone";
  expect([isThere, trash.length], where).toEqual([false, 1]);
  return "trash";
}

/** What the next run makes of it, and that it can be put back from wherever it is. */
async function expectWhole(run: Run, made: Killable, where: string): Promise<void> {
  // What a killed run leaves of the lock is for the rules of that: this process has its pid.
  rmSync(join(made.base, "sessions.json.lock"), { force: true });
  await prune(await scan({ ...made.options, only: "orphan" }), made.options);
  const place = await placeOf(made, where);
  if (place === "gone") expect(run.name, where).toBe("being destroyed");
  if (place === "trash") {
    await putBack(made);
    expect(await placeOf(made, where), where).toBe("in place");
  }
}

function checkOf(run: Run): (made: Killable, where: string) => Promise<void> {
  return (made, where) => expectWhole(run, made, `${run.name}, ${where}`);
}

describe("a session that is killed", () => {
  it.each(RUNS)("$name, at every step: it is whole in one place, or finished", { timeout: 600_000 }, async (run) => {
    await killedAtEach({ make: killable, ...run }, { counts: isStep, every: STRIDE, check: checkOf(run) });
  });
});

describe("a session with a call that fails", () => {
  it.each(RUNS.flatMap((run) => (["EIO", "ENOSPC"] as const).map((code) => ({ ...run, code }))))(
    "$code, $name, each of them: together or not at all",
    { timeout: 600_000 },
    async ({ code, ...run }) => {
      const steps = { counts: (name: string) => CHANGES.has(name), every: STRIDE, check: checkOf(run) };
      await failingAtEach({ make: killable, ...run }, steps, code);
    },
  );
});

it("the transcript of the twin of a session is never opened for writing", async () => {
  const made = killable();
  const text = readFileSync(join(made.base, "twin.jsonl"), "utf8");
  await toTrash(made);
  await putBack(made);
  expect([readFileSync(join(made.base, "twin.jsonl"), "utf8"), made.index()]).toEqual([text, made.before]);
});
