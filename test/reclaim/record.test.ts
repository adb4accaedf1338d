// Entries of a shared JSON document, from the plan to the trash and back: what goes, goes byte by byte, and what stays is
// the same as before.
import {
  chmodSync,
  chownSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { autoPrune, emptyTrash, prune, restore, type RestoreOptions, type RunResult, scan } from "../../src/index.ts";
import { isRoot, killAt, OTHER_UID } from "../fs/support.ts";
import { interceptCallAt, interceptCalls, stopIntercepting } from "../support/intercept-calls.ts";
import { textDigest } from "../../src/stores/json-records/saved.ts";
import { type RecordToys, recordToys, toyRecords, toyText } from "../support/toy-records.ts";
import { FRESH, isolatedIn, OLD, outcomes, rows, trashOf } from "../support/toy-store.ts";

const DAY = 86_400_000;
const IDS = ["agent:main:old", "older"];

async function toTrash({ options }: RecordToys): Promise<RunResult> {
  return prune(await scan({ ...options, disposal: "trash" }), options);
}

/** What went, and nothing else. */
function expectGone({ w, text, record }: RecordToys, before: string): void {
  expect([record("agent:main:old"), record("older"), existsSync(join(w.base, "old.log"))]).toEqual([null, null, false]);
  for (const key of ["fresh", "twin"]) expect(before).toContain(record(key));
  expect(existsSync(join(w.base, "twin.log"))).toBe(true);
  expect(Object.keys((JSON.parse(text()) as { toys: object }).toys)).toEqual(["fresh", "twin"]);
  expect([
    text().startsWith('{"version":1,\r\n "toys":{\r\n'),
    text().endsWith('"rest":[ 1e400,"\\u0041" ] }\r\n'),
  ]).toEqual([true, true]);
}

function expectAll({ w, text }: RecordToys, before: string): void {
  expect(text()).toBe(before);
  expect(readFileSync(join(w.base, "old.log"), "utf8")).toBe("of old\n");
  expect([isolatedIn(w), leftIn(w.base)]).toEqual([[], []]);
}

function byText(a: string, b: string): number {
  return a < b ? -1 : 1;
}

function leftIn(base: string): readonly string[] {
  return readdirSync(base).filter((name) => /lock|tmp|^\.gc/.test(name));
}

describe("records of a document", () => {
  it("are planned, and the plan is data that says which", async () => {
    const made = recordToys();
    const plan = await scan({ ...made.options, everything: true });
    expect(rows(plan)).toEqual([
      ["agent:main:old", "stale", "stale"],
      ["older", "stale", "stale"],
      ["fresh", "live", null],
      ["twin", "live", null],
    ]);
    const row = plan.bases[0]?.entries.find(({ judged }) => judged.entry.id === "agent:main:old");
    expect(row?.judged.entry.members).toMatchObject([
      {
        as: "record",
        path: `${made.document}#/toys/agent:main:old`,
        place: "toys.json#/toys/agent:main:old",
        identity: { dev: "record", ino: textDigest(made.record("agent:main:old") ?? "") },
      },
      { place: "old.log" },
    ]);
    expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
    expect(plan.bases[0]?.entries.find(({ judged }) => judged.entry.id === "older")?.judged.bytes).toBe(
      Buffer.byteLength(made.record("older") ?? ""),
    );
  });

  it("are destroyed, with their files, and no other record changes", async () => {
    const made = recordToys();
    const before = made.text();
    const { options } = made;
    const plan = JSON.parse(JSON.stringify(await scan(options))) as Awaited<ReturnType<typeof scan>>;
    expect(made.text()).toBe(before);
    expect(outcomes(await prune(plan, options))).toEqual(IDS.map((id) => [id, "removed"]));
    expectGone(made, before);
    expect([isolatedIn(made.w), leftIn(made.w.base)]).toEqual([[], []]);
    expect(lstatSync(made.document).mode & 0o777).toBe(0o640);
  });

  it.each([IDS, IDS.toReversed()])("go to the trash and come back to the byte: %s, %s", async (...ids) => {
    const made = recordToys();
    const before = made.text();
    expect(outcomes(await toTrash(made))).toEqual(IDS.map((id) => [id, "trashed"]));
    expectGone(made, before);
    const { trash = [] } = (await scan(made.options)).bases[0] ?? {};
    expect(trash.map(({ item }) => item.entryId).toSorted(byText)).toEqual(IDS);
    expect(trash.every(({ item, action }) => item.complete && action === "keep")).toBe(true);
    for (const id of ids)
      expect((await restore({ ...made.options, ids: [id] })).rows.map(({ outcome }) => outcome)).toEqual(["restored"]);
    expectAll(made, before);
    await expect(restore({ ...made.options, ids: [ids[0] ?? ""] })).rejects.toThrow(ids[0]);
    expect(made.text()).toBe(before);
  });

  it("are swept into the trash, and destroyed there when their days are over", async () => {
    const made = recordToys();
    const { options } = made;
    const before = made.text();
    const now = Date.now();
    const sweep = (at: number): Promise<RunResult> =>
      autoPrune({ ...options, settings: { ...options.settings, retention_days: 30 }, optIn: true, now: () => at });
    expect(outcomes(await sweep(now))).toEqual(IDS.map((id) => [id, "trashed"]));
    expect(outcomes(await sweep(now + 6 * DAY))).toEqual([]);
    expect(new Map(outcomes(await sweep(now + 8 * DAY)))).toEqual(new Map(IDS.map((id) => [id, "removed"])));
    expectGone(made, before);
    expect(isolatedIn(made.w)).toEqual([]);
  });

  it("are emptied from the trash", async () => {
    const made = recordToys();
    await toTrash(made);
    const emptied = await emptyTrash({ ...made.options, plan: await scan(made.options) });
    expect(new Map(outcomes(emptied))).toEqual(new Map(IDS.map((id) => [id, "removed"])));
    expect(isolatedIn(made.w)).toEqual([]);
  });

  it("are taken out of the trash elsewhere, as JSON with their text", async () => {
    const made = recordToys();
    const text = made.record("older");
    await toTrash(made);
    const to = join(made.w.root, "out");
    expect((await restore({ ...made.options, ids: ["older"], to })).rows[0]?.outcome).toBe("restored");
    const [name = ""] = readdirSync(to);
    expect(name).toMatch(/\.json$/);
    expect((JSON.parse(readFileSync(join(to, name), "utf8")) as { text: string }).text).toBe(text);
  });

  it("are taken there under a name that fits, however long the key is", async () => {
    const key = "agent:日本:".repeat(60);
    const made = recordToys([[key, { last_use: OLD }]]);
    expect(outcomes(await toTrash(made))).toEqual([[key, "trashed"]]);
    const to = join(made.w.root, "out");
    expect((await restore({ ...made.options, ids: [key], to })).rows[0]?.outcome).toBe("restored");
    expect(readdirSync(to).join(" ")).toMatch(/^toys\.json#-toys-agent:日本[^ ]*-[0-9a-f]{16}\.json$/);
    expect(isolatedIn(made.w)).toEqual([]);
  });

  it.each([
    ["another document", (text: string) => text.replaceAll("toys.json#", "../toys.json#")],
    ["none", (text: string) => text.replaceAll("toys.json#/toys/older", "toys.json/older")],
    ["a file of another name", (text: string) => text.replaceAll("#/toys/older", "#/toys/%6Flder")],
  ])("are not taken by a plan that was changed to name %s", async (_, change) => {
    const made = recordToys();
    const before = made.text();
    const text = JSON.stringify(await scan(made.options));
    expect(change(text)).not.toBe(text);
    const plan = JSON.parse(change(text)) as Awaited<ReturnType<typeof scan>>;
    await expect(prune(plan, made.options)).rejects.toThrow("plan cannot be carried out");
    expect([made.text(), isolatedIn(made.w)]).toEqual([before, []]);
  });

  it("go from the document of another user, whose it stays", async (test) => {
    if (!isRoot()) return test.skip();
    const made = recordToys();
    chownSync(made.document, OTHER_UID, OTHER_UID);
    expect(outcomes(await prune(await scan(made.options), made.options))).toEqual(IDS.map((id) => [id, "removed"]));
    const { uid, gid, mode } = lstatSync(made.document);
    expect([uid, gid, mode & 0o777]).toEqual([OTHER_UID, OTHER_UID, 0o640]);
  });

  it("whose copy a killed run left, and that a later run took with its file, stay there", async () => {
    const made = recordToys();
    const plan = await scan({ ...made.options, disposal: "trash" });
    killAt((operation) => operation === "point:guard-taken");
    await prune(plan, made.options).catch(() => undefined);
    stopIntercepting();
    rmSync(`${made.document}.lock`, { force: true });
    expect(isolatedIn(made.w)).toHaveLength(2);
    const copy = isolatedIn(made.w).find((name) => name.startsWith("agent")) ?? "";
    const kept = readFileSync(join(trashOf(made.w), copy));
    // What is in its place needs no copy: that goes first, and only the next run takes the record.
    expect(new Map(outcomes(await toTrash(made)))).toEqual(new Map(IDS.map((id) => [id, "removed"])));
    expect([isolatedIn(made.w), made.record("older") === null]).toEqual([[], false]);
    expect(outcomes(await toTrash(made))).toContainEqual([IDS[0], "trashed"]);
    writeFileSync(join(trashOf(made.w), copy), kept);
    const without = made.text();
    const { trash = [] } = (await scan(made.options)).bases[0] ?? {};
    expect(
      trash.filter(({ item }) => item.entryId === IDS[0]).map(({ action, item }) => [action, item.complete]),
    ).toEqual([
      ["keep", false],
      ["keep", true],
    ]);
    await prune(await scan({ ...made.options, only: "orphan" }), made.options);
    expect(made.text()).toBe(without);
  });

  it("are exchanged for what has their key by now", async () => {
    const made = recordToys();
    const before = made.text();
    await toTrash(made);
    const now = made.text().replace('"toys":{', '"toys":{"older":{"last_use":7},');
    writeFileSync(made.document, now);
    expect((await restore({ ...made.options, ids: ["older"] })).rows[0]?.outcome).toBe("conflict");
    expect(made.text()).toBe(now);
    expect((await restore({ ...made.options, ids: ["older"], swap: true })).rows[0]?.outcome).toBe("restored");
    expect(before).toContain(made.record("older"));
    const { trash = [] } = (await scan(made.options)).bases[0] ?? {};
    expect(trash.map(({ item }) => `${item.entryId} ${item.rule}`).toSorted(byText)).toEqual([
      "agent:main:old stale",
      "older swapped",
    ]);
  });

  it("are elements of an array as well, by the field that names them", async () => {
    const made = recordToys([], toyRecords("toys.json", { path: ["all"], field: "name" }));
    const one = (name: string, at: number): string => `{"last_use":${at},"name" : "${name}","big":1.0}`;
    const all = `{"all": [ ${one("a", OLD)},\n${one("b", FRESH)} ,${one("c", OLD)} ]}`;
    writeFileSync(made.document, all);
    expect(outcomes(await toTrash(made))).toEqual([
      ["a", "trashed"],
      ["c", "trashed"],
    ]);
    expect(made.text()).toBe(`{"all": [\n${one("b", FRESH)}  ]}`);
    await restore({ ...made.options, ids: ["c"] });
    await restore({ ...made.options, ids: ["a"] });
    expect(made.text()).toBe(all);
  });

  it("of a thousand go with few rewrites, and the others stay", async () => {
    const toys = Array.from(
      { length: 1100 },
      (_, at) => [`k${at}`, { last_use: at % 11 === 0 ? FRESH : OLD }] as const,
    );
    const made = recordToys(toys);
    const plan = await scan(made.options);
    let written = 0;
    interceptCalls((operation) => {
      if (operation === "point:document-replaced") written += 1;
    });
    const result = await prune(plan, made.options);
    stopIntercepting();
    expect(outcomes(result)).toHaveLength(1000);
    expect(outcomes(result).every(([, outcome]) => outcome === "removed")).toBe(true);
    expect(written).toBeLessThan(20);
    expect(Object.keys((JSON.parse(made.text()) as { toys: object }).toys)).toHaveLength(100);
    expect(isolatedIn(made.w)).toEqual([]);
  });
});

describe("a document is left alone", () => {
  it.each<[string, (made: RecordToys) => void]>([
    ["that is half", ({ document, text }) => writeFileSync(document, text().slice(0, -30))],
    ["with a comment", ({ document, text }) => writeFileSync(document, text().replace('"rest"', '/* */"rest"'))],
    [
      "that is a symlink",
      ({ w, document }) => {
        renameSync(document, join(w.root, "elsewhere.json"));
        symlinkSync(join(w.root, "elsewhere.json"), document);
      },
    ],
    [
      "that is a directory",
      ({ document }) => {
        rmSync(document);
        mkdirSync(document);
      },
    ],
  ])("%s, from the beginning and since the plan", async (_, spoil) => {
    const made = recordToys();
    const plan = await scan(made.options);
    spoil(made);
    expect(rows(await scan(made.options))).toEqual([]);
    const result = await prune(plan, made.options);
    expect(outcomes(result).map(([, outcome]) => outcome)).toEqual(["changed", "changed"]);
    expect([isolatedIn(made.w), leftIn(made.w.base), existsSync(join(made.w.base, "old.log"))]).toEqual([[], [], true]);
  });

  it.each<[string, string, (made: RecordToys) => void]>([
    ["that is read-only", "EACCES", ({ document }) => chmodSync(document, 0o440)],
    ["with another name", "EMLINK", ({ w, document }) => linkSync(document, join(w.root, "other.json"))],
    ["that is locked", "EBUSY", ({ document }) => writeFileSync(`${document}.lock`, "")],
  ])("%s", async (_, code, spoil) => {
    const made = recordToys();
    const before = made.text();
    spoil(made);
    const result = await prune(await scan(made.options), made.options);
    expect(outcomes(result).map(([, outcome]) => outcome)).toEqual(["failed", "failed"]);
    expect(result.bases[0]?.entries.map(({ error }) => error?.code)).toEqual([code, code]);
    expect([made.text(), existsSync(join(made.w.base, "old.log")), isolatedIn(made.w)]).toEqual([before, true, []]);
  });

  it("where a key is there twice, and its other records go", async () => {
    const made = recordToys();
    writeFileSync(made.document, made.text().replace('"toys":{', '"toys":{"older":{"last_use":1},'));
    expect(outcomes(await prune(await scan(made.options), made.options))).toEqual([["agent:main:old", "removed"]]);
    expect(made.text()).toContain('"older":{"last_use":1},');
  });
});

describe("a program that writes", () => {
  const use = (made: RecordToys, key: string): void =>
    writeFileSync(made.document, made.text().replace(made.record(key) ?? "", `"${key}":{"last_use":${FRESH}}`));

  it.each(["point:verified", "point:record-saved", "point:guard-taken", "point:document-written"])(
    "one of the records at %s keeps it",
    async (point) => {
      const made = recordToys();
      const plan = await scan(made.options);
      const { met } = interceptCallAt(point, () => use(made, "older"));
      const result = await prune(plan, made.options);
      stopIntercepting();
      expect(met()).toBeGreaterThan(0);
      expect(new Map(outcomes(result)).get("older")).toBe("changed");
      expect(made.record("older")).toBe(`"older":{"last_use":${FRESH}}`);
      expect(made.record("twin")).not.toBeNull();
      // What was not written is as it was; the next run takes it.
      await prune(await scan(made.options), made.options);
      expect([made.record("agent:main:old"), existsSync(join(made.w.base, "old.log"))]).toEqual([null, false]);
      expect([isolatedIn(made.w), leftIn(made.w.base)]).toEqual([[], []]);
    },
  );

  it("its copy from memory over ours: what is there again stays, with its files", async () => {
    const made = recordToys();
    const before = made.text();
    const plan = await scan(made.options);
    interceptCallAt("point:document-replaced", () => writeFileSync(made.document, before));
    const result = await prune(plan, made.options);
    stopIntercepting();
    expect(outcomes(result)).toEqual(IDS.map((id) => [id, "changed"]));
    expectAll(made, before);
  });

  it("another record after ours: what was taken goes back, and the new one stays", async () => {
    const made = recordToys();
    const plan = await scan(made.options);
    interceptCallAt("point:document-replaced", () =>
      writeFileSync(made.document, made.text().replace('"toys":{', '"toys":{"new":{"last_use":1},')),
    );
    const result = await prune(plan, made.options);
    stopIntercepting();
    expect(outcomes(result)).toEqual(IDS.map((id) => [id, "changed"]));
    const { toys } = JSON.parse(made.text()) as { toys: object };
    expect(new Set(Object.keys(toys))).toEqual(new Set(["new", "fresh", "agent:main:old", "older", "twin"]));
    expect([existsSync(join(made.w.base, "old.log")), isolatedIn(made.w)]).toEqual([true, []]);
  });

  it("while a record is put back: neither is lost", async () => {
    const made = recordToys();
    await toTrash(made);
    interceptCallAt("point:document-written", () =>
      writeFileSync(made.document, made.text().replace('"toys":{', '"toys":{"older":{"last_use":7},')),
    );
    const [row] = (await restore({ ...made.options, ids: ["older"] })).rows;
    stopIntercepting();
    expect(row?.outcome).toBe("failed");
    expect(made.record("older")).toBe('"older":{"last_use":7}');
    expect(isolatedIn(made.w).some((name) => name.startsWith("older."))).toBe(true);
  });
});

describe("a restore that was killed between a file and its record", () => {
  const ID = "agent:main:old";
  const killed = async (made: RecordToys, options: Pick<RestoreOptions, "ids" | "swap">): Promise<void> => {
    killAt((operation) => operation === "point:member-returned");
    await restore({ ...made.options, ...options }).catch(() => undefined);
    stopIntercepting();
    rmSync(`${made.document}.lock`, { force: true });
    expect([readFileSync(join(made.w.base, "old.log"), "utf8"), made.record(ID)]).toEqual(["of old\n", null]);
  };
  const writeNew = (made: RecordToys, last: number): void => {
    writeFileSync(join(made.w.base, "old.log"), "new\n");
    const record = `"${ID}":{"last_use":${last},"file":"old"}`;
    writeFileSync(made.document, made.text().replace('"toys":{', `"toys":{${record},`));
  };

  it("is finished by the next run, where it was an exchange", async () => {
    const made = recordToys();
    const before = made.record(ID);
    await toTrash(made);
    writeNew(made, FRESH);
    await killed(made, { ids: [ID], swap: true });
    await prune(await scan({ ...made.options, only: "orphan" }), made.options);
    expect([readFileSync(join(made.w.base, "old.log"), "utf8"), made.record(ID)]).toEqual(["of old\n", before]);
    const { trash = [] } = (await scan(made.options)).bases[0] ?? {};
    expect(trash.map(({ item }) => [item.rule, item.complete])).toContainEqual(["swapped", true]);
  });

  it("is finished by the next run, where what was there since is in the trash too", async () => {
    const made = recordToys();
    const before = made.record(ID);
    await toTrash(made);
    writeNew(made, OLD);
    made.w.age(join(made.w.base, "old.log"), 90);
    await toTrash(made);
    const { trash = [] } = (await scan(made.options)).bases[0] ?? {};
    const [first] = trash.filter(({ item }) => item.entryId === ID).toSorted((a, b) => a.item.taken - b.item.taken);
    await killed(made, { ids: [first?.item.id ?? ""] });
    await prune(await scan({ ...made.options, only: "orphan" }), made.options);
    expect([readFileSync(join(made.w.base, "old.log"), "utf8"), made.record(ID)]).toEqual(["of old\n", before]);
  });
});

it("a record whose kind is not known here stays in the trash: its program may have a lock of its own", async () => {
  const made = recordToys();
  await toTrash(made);
  const before = made.text();
  const { stores: _, ...without } = made.options;
  const unknown = { ...without, settings: {} };
  const { rows: refused } = await restore({ ...unknown, ids: IDS });
  expect(refused.map(({ outcome, error }) => [outcome, error?.code])).toEqual(IDS.map(() => ["failed", "ENOLCK"]));
  expect([made.text(), existsSync(join(made.w.base, "old.log"))]).toEqual([before, false]);
  // Elsewhere no program waits for it.
  const to = join(made.w.root, "out");
  expect((await restore({ ...unknown, ids: ["older"], to })).rows[0]?.outcome).toBe("restored");
  expect((await restore({ ...made.options, ids: ["agent:main:old"] })).rows[0]?.outcome).toBe("restored");
});

describe("a record whose document", () => {
  it.each<[string, (made: RecordToys) => void, string]>([
    ["is gone", ({ document }) => rmSync(document), "EINVAL"],
    ["is half", ({ document }) => writeFileSync(document, '{"toys":{'), "EINVAL"],
    ["has no such list any more", ({ document }) => writeFileSync(document, '{"version":2}'), "EINVAL"],
    ["is read-only", ({ document }) => chmodSync(document, 0o440), "EACCES"],
    ["has another name", ({ w, document }) => linkSync(document, join(w.root, "other.json")), "EMLINK"],
  ])("%s stays in the trash, with its files", async (_, spoil, code) => {
    const made = recordToys();
    await toTrash(made);
    spoil(made);
    const before = existsSync(made.document) ? made.text() : null;
    for (const id of IDS) {
      const [row] = (await restore({ ...made.options, ids: [id] })).rows;
      expect([row?.outcome, row?.error?.code]).toEqual(["failed", code]);
    }
    expect(existsSync(join(made.w.base, "old.log"))).toBe(false);
    expect(existsSync(made.document) ? made.text() : null).toBe(before);
    rmSync(made.document, { force: true });
    writeFileSync(made.document, toyText([["fresh", { last_use: FRESH }]]));
    expect((await restore({ ...made.options, ids: ["older"] })).rows[0]?.outcome).toBe("restored");
    expect(made.record("older")).toContain("9007199254740993");
  });
});
