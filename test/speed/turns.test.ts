// A host that shares its event loop with a large sweep has its turn within every piece of it: each is cut into steps, as
// many as there are things to look at. No times: what a step may take is one thing.

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createYielder, runSync, runCooperatively } from "../../src/fs/cooperative.ts";
import { bytePath } from "../../src/fs/syscalls.ts";
import { type Child, children, childrenInSteps } from "../../src/fs/listing.ts";
import type { Ancestor } from "../../src/model/ledger.ts";
import { planBase } from "../../src/plan/plan-base.ts";
import { hermes } from "../../src/agents/hermes/index.ts";
import { statesOf } from "../../src/agents/hermes/sessions/protect.ts";
import { discoverUnits as hermesUnits } from "../../src/agents/hermes/sessions/units.ts";
import { discoverUnits as openclawUnits } from "../../src/agents/openclaw/kinds/sessions/units.ts";
import { findTrash } from "../../src/scan/trash-places.ts";
import { merged } from "../../src/state/ledger-merged.ts";
import { observedIn } from "../../src/state/ledger-observed.ts";
import { scratch } from "../fs/support.ts";
import { openBelow } from "../support/open-files.ts";
import { byHand, judged, planAtOnce, settings, surveyed } from "../plan/build.ts";

const MANY = 600;

function stepsOf<T>(steps: Iterator<void, T>): { readonly count: number; readonly result: T } {
  for (let count = 0; ; count++) {
    const step = steps.next();
    if (step.done === true) return { count, result: step.value };
  }
}

/** A directory with many names in it, every tenth a directory. */
function full(): string {
  const directory = scratch();
  for (let n = 0; n < MANY; n++) {
    if (n % 10 === 0) mkdirSync(join(directory, `d${n}`));
    else writeFileSync(join(directory, `f${n}`), "");
  }
  return directory;
}

describe("a piece of a sweep is cut into steps:", () => {
  it("listing a base, a name a step, with the same result", () => {
    const directory = full();
    const { count, result } = stepsOf(childrenInSteps(bytePath(directory)));
    expect(count).toBe(MANY);
    expect(result).toEqual(children(bytePath(directory)));
  });

  it("finding the trash, a name a step in each place", () => {
    expect(stepsOf(findTrash(full(), null, hermes)).count).toBeGreaterThanOrEqual(2 * MANY);
  });

  it.each([
    [
      "hermes",
      ".json",
      (base: string, found: Child[]) =>
        hermesUnits(
          "toy",
          base,
          found,
          () => true,
          () => null,
        ),
    ],
    ["openclaw", ".jsonl", (base: string, found: Child[]) => openclawUnits("toy", base, found)],
  ])("grouping the session files of %s, each name and each file a step", (_, ending, discover) => {
    const base = scratch();
    for (let n = 0; n < MANY; n++) writeFileSync(join(base, `session_${n}${ending}`), "{}");
    const { count, result } = stepsOf(discover(base, children(bytePath(base))));
    expect(result.entries).toHaveLength(MANY);
    expect(count).toBeGreaterThanOrEqual(2 * MANY);
  });

  it("finding what protects the sessions of hermes, a session a step", () => {
    const row = { parent: null, startedAt: 1, isOpen: false, isPinned: false, isArchived: false, usedAt: 1 };
    const rows = Array.from({ length: MANY }, (_, n) => ({ ...row, id: `s${n}` }));
    const { count, result } = stepsOf(statesOf(rows, new Set()));
    expect(result.byStem.size).toBe(MANY);
    expect(count).toBeGreaterThanOrEqual(MANY);
  });

  it("planning, a step for each entry and each of the three things that are decided of it", () => {
    const all = Array.from({ length: MANY }, (_, n) => judged(`e${n}`, n % 2 === 0 ? "live" : "stale"));
    const { count, result } = stepsOf(planBase(surveyed({ judged: all }), settings(), byHand()));
    expect(count).toBeGreaterThanOrEqual(3 * MANY);
    expect(result).toEqual(planAtOnce(surveyed({ judged: all }), settings(), byHand()));
  });

  it("reading a ledger and adding to it", () => {
    const way = (path: string): Ancestor[] => [{ path, ...PLACE }];
    const alive = new Map(Array.from({ length: MANY }, (_, n): [string, Ancestor[]] => [`/w${n}`, way(`/w${n}`)]));
    const seen = { observer: { id: "us", former: "us" }, now: 1, alive, absent: [], known: null, unsure: true };
    const written = stepsOf(merged([], seen, MANY));
    expect(written.count).toBeGreaterThanOrEqual(2 * MANY);
    // Checked by portions, each of its three parts; JSON is what is on the disk.
    const read = stepsOf(observedIn(JSON.parse(JSON.stringify(written.result))));
    expect(read.count).toBeGreaterThanOrEqual(2 * Math.ceil(MANY / 256));
    expect(read.result).toEqual(written.result);
  });
});

const PLACE = { ino: "1", birth: "0", source: "/dev/x", root: "/", type: "ext4", begins: false };

it("steps that are left in the middle leave nothing open", async () => {
  const directory = full();
  const abort = new AbortController();
  let taken = 0;
  let meanwhile: readonly string[] = [];
  const steps = childrenInSteps(bytePath(directory));
  const counted: Iterator<void, readonly Child[]> = {
    next: () => {
      if (++taken === 10) {
        meanwhile = openBelow(directory);
        abort.abort();
      }
      return steps.next();
    },
    return: () => steps.return([]),
  };
  await expect(runCooperatively(counted, abort.signal)).rejects.toMatchObject({ code: "interrupted" });
  expect(taken).toBe(10);
  if (process.platform === "linux") expect(meanwhile).toEqual([directory]);
  expect(openBelow(directory)).toEqual([]);
});

it("the result without pauses is the same as step by step", () => {
  const directory = full();
  expect(runSync(childrenInSteps(bytePath(directory)))).toEqual(children(bytePath(directory)));
});

describe("many short pieces of work, one after the other, give the event loop its turn in between:", () => {
  const PIECES = 100;

  /** A millisecond of work. However slow the machine is, it is not less. */
  function spin(): void {
    const until = performance.now() + 1;
    while (performance.now() < until);
  }

  function* piece(): Generator<void, void, void> {
    spin();
    yield;
  }

  /** How often other work of the host ran meanwhile. */
  async function turnsDuring(work: () => Promise<void>): Promise<number> {
    let [turns, isOver] = [0, false];
    const count = (): void => {
      turns += 1;
      if (!isOver) setImmediate(count);
    };
    setImmediate(count);
    await work();
    isOver = true;
    return turns;
  }

  it.each([
    ["tasks", async () => runCooperatively(piece())],
    [
      "loops",
      async () => {
        const yieldIfDue = createYielder();
        spin();
        await yieldIfDue();
      },
    ],
  ])("%s", async (_, work) => {
    const turns = await turnsDuring(async () => {
      for (let n = 0; n < PIECES; n++) await work();
    });
    // A tenth of it is more than a slice.
    expect(turns).toBeGreaterThanOrEqual(PIECES / 10 - 1);
  });
});
