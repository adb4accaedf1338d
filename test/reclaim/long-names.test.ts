// Entries whose ids and places are too long for a name in the trash: moved, restored and destroyed as all others, and
// never without the file that says what they are.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { autoPrune, emptyTrash, prune, restore, scan } from "../../src/index.ts";
import { killAt } from "../fs/support.ts";
import { errno, interceptCalls, stopIntercepting } from "../support/intercept-calls.ts";
import { isolatedIn, makeToy, OLD, outcomes, rows, there, type Toys, toys, trashOf } from "../support/toy-store.ts";
import { diff, fingerprint } from "../support/tree.ts";

const DAY = 86_400_000;
const LONG = `9${"7".repeat(220)}`;

interface Long extends Toys {
  readonly id: string;
  readonly long: readonly [string, string];
}

/** A toy with a long name and one with a short one, both old. */
function longToys(): Long {
  const made = toys();
  return { ...made, id: `toy-${LONG}`, long: makeToy(made.w.base, LONG as unknown as number, { last_use: OLD }) };
}

function sideFiles({ w }: Toys): readonly string[] {
  return isolatedIn(w).filter((name) => name.endsWith(".name.json"));
}

async function trashed(made: Long): Promise<void> {
  const { options } = made;
  const result = await prune(await scan({ ...options, disposal: "trash" }), options);
  expect(outcomes(result)).toContainEqual([made.id, "trashed"]);
  expect(there(made.long)).toEqual([false, false]);
}

describe("an entry with a long name", () => {
  it("goes to the trash with a file beside it, and comes back the same", async () => {
    const made = longToys();
    const { w, id, options } = made;
    const before = fingerprint(w.base, { times: false });
    await trashed(made);
    expect([isolatedIn(w).length, sideFiles(made).length]).toEqual([5, 1]);
    expect(JSON.parse(readFileSync(join(trashOf(w), sideFiles(made)[0]!), "utf8"))).toMatchObject({
      id,
      store: "toy",
      places: [`${id}.d`, `${id}.json`],
    });
    const { trash = [] } = (await scan(options)).bases[0] ?? {};
    expect(new Map(trash.map(({ item }) => [item.entryId, item.complete]))).toEqual(
      new Map([
        ["toy-1", true],
        [id, true],
      ]),
    );
    const done = await restore({ ...options, ids: [id, "toy-1"] });
    expect(done.rows.map(({ outcome }) => outcome)).toEqual(["restored", "restored"]);
    expect([diff(before, fingerprint(w.base, { times: false })), isolatedIn(w)]).toEqual([[], []]);
  });

  it("is destroyed at once, and when its days are over, with the file beside it", async () => {
    const made = longToys();
    const { w, id, options } = made;
    expect(outcomes(await prune(await scan(options), options))).toContainEqual([id, "removed"]);
    expect([there(made.long), isolatedIn(w)]).toEqual([[false, false], []]);
    makeToy(w.base, LONG as unknown as number, { last_use: OLD });
    const sweep = (days: number) =>
      autoPrune({
        ...options,
        settings: { ...options.settings, retention_days: 30 },
        optIn: true,
        now: () => Date.now() + days * DAY,
      });
    expect(outcomes(await sweep(0))).toEqual([[id, "trashed"]]);
    expect(outcomes(await sweep(8))).toEqual([[id, "removed"]]);
    expect(isolatedIn(w)).toEqual([]);
  });

  it.each([
    { name: "is gone", spoil: (path: string) => rmSync(path) },
    { name: "is half", spoil: (path: string) => writeFileSync(path, readFileSync(path, "utf8").slice(0, -9)) },
    {
      name: "is that of another",
      spoil: (path: string) => writeFileSync(path, readFileSync(path, "utf8").replaceAll("977", "978")),
    },
  ])("is left alone where the file beside it $name, for good", async ({ spoil }) => {
    const made = longToys();
    const { w, id, options } = made;
    await trashed(made);
    spoil(join(trashOf(w), sideFiles(made)[0]!));
    const lying = isolatedIn(w).filter((name) => name.startsWith("@"));
    const later = { ...options, now: () => Date.now() + 900 * DAY };
    expect(outcomes(await emptyTrash({ ...later, plan: await scan(later) }))).toEqual([["toy-1", "removed"]]);
    await prune(await scan(later), later);
    expect(isolatedIn(w).filter((name) => name.startsWith("@"))).toEqual(lying);
    await expect(restore({ ...options, ids: [id] })).rejects.toThrow("toy-977");
    expect(lying).toHaveLength(2);
  });

  it("is not moved where the file cannot be written, which is said", async () => {
    const made = longToys();
    const { id, options } = made;
    const plan = await scan({ ...options, disposal: "trash" });
    let opened = false;
    interceptCalls((operation, path) => {
      if (operation === "open") opened = path.endsWith(".name.json");
      if (operation === "write" && opened) throw errno("ENOSPC");
    });
    const result = await prune(plan, options);
    stopIntercepting();
    expect(new Map(outcomes(result))).toEqual(
      new Map([
        ["toy-1", "trashed"],
        [id, "failed"],
      ]),
    );
    expect(result.bases[0]?.entries.find(({ outcome }) => outcome === "failed")?.error?.code).toBe("ENOSPC");
    expect([there(made.long), sideFiles(made)]).toEqual([[true, true], []]);
  });

  it("goes back where the file is lost before it was moved", async () => {
    const made = longToys();
    const { w, id, options } = made;
    const plan = await scan({ ...options, disposal: "trash" });
    interceptCalls((operation) => {
      if (operation === "point:spelled") for (const one of sideFiles(made)) rmSync(join(trashOf(w), one));
    });
    const result = await prune(plan, options);
    stopIntercepting();
    expect(outcomes(result)).toContainEqual([id, "failed"]);
    expect([there(made.long), isolatedIn(w).length]).toEqual([[true, true], 2]);
  });

  it("in conflict begins its days again, and keeps its id", async () => {
    const made = longToys();
    const { id, options } = made;
    await trashed(made);
    const idOf = async (): Promise<string | undefined> =>
      (await scan(options)).bases[0]?.trash.find(({ item }) => item.entryId === id)?.item.id;
    const shown = await idOf();
    mkdirSync(made.long[0]);
    expect((await restore({ ...options, ids: [id] })).rows[0]?.outcome).toBe("conflict");
    expect(await idOf()).toBe(shown);
    rmSync(made.long[0], { recursive: true });
    expect((await restore({ ...options, ids: [shown ?? ""] })).rows[0]?.outcome).toBe("restored");
  });
});

describe("killed", () => {
  const CHANGES: ReadonlySet<string> = new Set(["open", "write", "fsync", "rename", "unlink", "rmdir", "mkdir"]);

  /** How many calls that change something, or points, a whole run has. */
  async function steps(
    act: (made: Long) => Promise<unknown>,
    prepare: (made: Long) => Promise<unknown>,
  ): Promise<number> {
    const made = longToys();
    rmSync(made.old[0], { recursive: true });
    rmSync(made.old[1]);
    await prepare(made);
    let met = 0;
    interceptCalls((operation) => {
      if (CHANGES.has(operation) || operation.startsWith("point:")) met += 1;
    });
    await act(made);
    stopIntercepting();
    return met;
  }

  const none = async (): Promise<void> => undefined;
  const toTrash = async ({ options }: Long): Promise<unknown> =>
    prune(await scan({ ...options, disposal: "trash" }), options);

  it.each([
    { name: "going to the trash", prepare: none, act: toTrash },
    {
      name: "being restored",
      prepare: toTrash,
      act: ({ options, id }: Long) => restore({ ...options, ids: [id] }),
    },
    {
      name: "being destroyed",
      prepare: none,
      act: async ({ options }: Long) => prune(await scan(options), options),
    },
  ])(
    "at every step of $name: it is whole in one place, or is finished",
    { timeout: 240_000 },
    async ({ name, prepare, act }) => {
      const all = await steps(act, prepare);
      // All of them with LONG=1.
      const stride = process.env["LONG"] === undefined ? 5 : 1;
      for (let nth = 1; nth <= all; nth += stride) {
        const made = longToys();
        const { w, id, options } = made;
        rmSync(made.old[0], { recursive: true });
        rmSync(made.old[1]);
        await prepare(made);
        let met = 0;
        killAt((operation) => (CHANGES.has(operation) || operation.startsWith("point:")) && ++met === nth);
        await act(made).then(none, none);
        stopIntercepting();
        // Whatever was begun is undone or finished by the next run, and the rest comes back on request.
        await prune(await scan({ ...options, only: "orphan" }), options);
        const { trash = [] } = (await scan(options)).bases[0] ?? {};
        const inPlace = rows(await scan(options)).some(([one]) => one === id);
        const where = `${name}, step ${nth} of ${all}: ${isolatedIn(w).join(" ")}`;
        const finished = name === "being destroyed" && trash.length === 0 && !inPlace;
        expect([inPlace ? 1 : 0, trash.length].reduce((sum, one) => sum + one) === 1 || finished, where).toBe(true);
        if (trash.length > 0)
          expect((await restore({ ...options, ids: [id] })).rows[0]?.outcome, where).toBe("restored");
        if (!finished) expect(there(made.long), where).toEqual([true, true]);
        // What is left beside goes with the next run that writes.
        makeToy(w.base, 3, { last_use: OLD });
        await prune(await scan(options), options);
        expect([isolatedIn(w), readdirSync(w.base).filter((one) => one.startsWith(".gc."))], where).toEqual([[], []]);
      }
    },
  );
});
