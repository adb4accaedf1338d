import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { GcError } from "../../src/errors.ts";
import { DEFAULT_SETTINGS } from "../../src/model/settings.ts";
import type { RunStatus } from "../../src/model/result.ts";
import { iso } from "../../src/report/json-values.ts";
import { toJson } from "./to-json.ts";
import { configJson, errorJson, explainJson } from "../../src/report/more-json.ts";
import { COMMANDS, jsonSchema, schemaOf } from "../../src/report/schema.ts";
import {
  BASE,
  baseRef,
  DAY,
  entryResult,
  hold,
  NOW,
  plannedBase,
  plannedEntry,
  plannedTrash,
  planOf,
  resultOf,
  trashResult,
} from "./build.ts";
import { samplePlan } from "./sample.ts";

const META = { version: "1.0.0", startedAt: NOW, durationMs: 41.4, dryRun: true };
const travelled = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe("documents", () => {
  it("look as the design has it", () => {
    const grace = hold("grace", { until: NOW + DAY });
    const orphan = plannedEntry({ bytes: 26_163, sweep: { rule: "orphan", holds: [grace], action: "keep" } });
    expect(toJson("prune", planOf([plannedBase({ entries: [orphan], foreign: ["a", "b"] })]), META)).toEqual({
      schema: 1,
      tool: "checkpoint-gc",
      version: "1.0.0",
      command: "prune",
      dryRun: true,
      startedAt: "2026-11-20T13:20:00.000Z",
      durationMs: 41,
      status: "done",
      error: null,
      saveTo: null,
      others: [],
      bases: [
        {
          path: BASE,
          home: "/home/ann/.hermes",
          agent: "hermes",
          profile: null,
          label: null,
          exists: true,
          status: "done",
          error: null,
          settings: { ...DEFAULT_SETTINGS, stores: DEFAULT_SETTINGS.collect },
          lastSweep: null,
          lastError: null,
          nextDue: null,
          cap: null,
          entryLimits: [],
          heartbeats: { last: null, removed: [] },
          keepProblems: [],
          uncollectable: [],
          foreign: 2,
          warnings: [],
          collected: [],
        },
      ],
      entries: [
        {
          base: BASE,
          id: "1aeadc333175595d",
          agent: "hermes",
          kind: "hermes-shadow",
          label: null,
          store: "hermes-shadow",
          path: `${BASE}/1aeadc333175595d`,
          subject: { kind: "workdir", value: "/home/ann/work/acme" },
          verdict: "orphan",
          rule: "orphan",
          reason: "absent-observed",
          detail: "its directory was deleted",
          holds: [],
          sweepHolds: ["grace"],
          lastUsed: { at: "2026-11-08T13:20:00.000Z", from: "mtime" },
          bytes: 26_163,
          snapshots: { count: 14, last: "2026-11-08T13:20:00.000Z" },
          selected: true,
          action: "remove",
          outcome: null,
          error: null,
          savedTo: [],
        },
      ],
      trash: [],
      totals: {
        scanned: 1,
        live: 0,
        orphan: 1,
        stale: 0,
        unreachable: 0,
        unidentified: 0,
        debris: 0,
        toRemove: 1,
        removed: 0,
        trashed: 0,
        restored: 0,
        failed: 0,
        removedByRule: { orphan: 0, stale: 0 },
        bytesToReclaim: 26_163,
        bytesReclaimed: 0,
        bytesTrashed: 0,
      },
    });
  });

  it("name the zone of times in sentences", () => {
    const held = plannedEntry({ holds: [hold("grace", { until: NOW + DAY })] });
    const [entry] = toJson("status", planOf([held]), META).entries;
    expect(entry?.detail).toBe("its directory disappeared recently: kept until 21 Nov 13:20 UTC");
    expect(entry?.holds).toEqual(["grace"]);
  });

  it("carry outcomes, and null for what was not reached", () => {
    const rows = ["a", "b", "c"].map((id) => plannedEntry({ id }));
    const trash = plannedTrash({ action: "destroy" });
    const plan = planOf([plannedBase({ entries: rows, trash: [trash] })]);
    const error = { code: "EACCES", message: "permission denied" };
    const [first, second] = rows;
    if (first === undefined || second === undefined) throw new Error("three rows");
    // A result may come from a plan that went through JSON, so rows are found by what they are.
    const results = [
      entryResult(first, { outcome: "failed", error }),
      entryResult(structuredClone(second), { outcome: "skipped" }),
    ];
    const document = toJson(
      "prune",
      resultOf(plan, results, { status: "interrupted", trash: [trashResult(trash)] }),
      META,
    );
    expect(document.entries.map(({ outcome }) => outcome)).toEqual(["failed", null, null]);
    expect(document.entries[0]?.error).toEqual(error);
    expect(document.trash.map(({ outcome }) => outcome)).toEqual(["removed"]);
    expect(document.status).toBe("interrupted");
    expect(schemaOf("prune").safeParse(travelled(document)).error).toBeUndefined();
  });

  it.each([
    [["done", "not-due"], "not-due"],
    [["done", "interrupted", "locked"], "interrupted"],
    [["disabled", "done"], "disabled"],
    [["done"], "done"],
  ] as const)("of bases %j are %s: the worst", (statuses, worst) => {
    const paths = statuses.map((_, at) => `/b${at}`);
    const plan = planOf(paths.map((path) => plannedBase({ ref: baseRef({ path }) })));
    const bases = statuses.map((status: RunStatus, at) => ({
      path: paths[at] ?? "",
      status,
      error: null,
      entries: [],
      trash: [],
    }));
    expect(toJson("auto", { ...resultOf(plan, []), status: "done", bases }, META).status).toBe(worst);
  });

  it("report the error of a base as their own", () => {
    const error = { code: "settings-invalid", message: "x", hint: null };
    const document = toJson("status", planOf([plannedBase(), plannedBase({ error })]), META);
    expect([document.status, document.error]).toEqual(["error", error]);
    expect(document.bases.map(({ status }) => status)).toEqual(["done", "error"]);
  });

  it("do not call a base that another run holds a failure", () => {
    const error = { code: "locked", message: "pid 7 has it", hint: null };
    const plan = planOf([plannedBase()]);
    const bases = [{ path: BASE, status: "locked" as const, error, entries: [], trash: [] }];
    const document = toJson("auto", { ...resultOf(plan, []), status: "locked", bases }, META);
    expect([document.status, document.error]).toEqual(["locked", null]);
    expect(document.bases[0]).toMatchObject({ status: "locked", error });
  });

  it("carry what numbers cannot hold", () => {
    const row = plannedEntry({ bytes: 2 ** 60, usedAt: 9e15, path: "base64:L3D/" });
    const document = travelled(toJson("status", planOf([row, plannedEntry({ bytes: 2 ** 53 - 1 })]), META));
    expect(document).toMatchObject({
      entries: [
        { bytes: "1152921504606846976", lastUsed: { at: "9000000000000000" }, subject: { value: "base64:L3D/" } },
        { bytes: 9_007_199_254_740_991 },
      ],
      totals: { bytesToReclaim: "1161928703861587968" },
    });
    expect(schemaOf("status").safeParse(document).error).toBeUndefined();
  });

  it("round-trip any string", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (value) => {
        const document = toJson("status", planOf([plannedEntry({ path: value })]), META);
        expect(travelled(document)).toEqual(document);
      }),
    );
  });

  it.each([
    [NOW, "2026-11-20T13:20:00.000Z"],
    [0, "1970-01-01T00:00:00.000Z"],
    [-62_167_219_200_001, "-62167219200001"],
    [253_402_300_799_999, "9999-12-31T23:59:59.999Z"],
    [253_402_300_800_000, "253402300800000"],
    [1e20 + 0.5, "100000000000000000000"],
  ])("write the time %d as %s", (at, text) => {
    expect(iso(at)).toBe(text);
  });
});

describe("schemas", () => {
  const plan = samplePlan();
  const error = new GcError("ambiguous", "two fit", { hint: "Name the path." });

  it.each(["status", "prune", "auto", "trash list", "trash restore", "trash empty"] as const)(
    "%s satisfies its own",
    (command) => {
      expect(schemaOf(command).safeParse(travelled(toJson(command, plan, META))).error).toBeUndefined();
      const results = plan.bases.flatMap(({ entries }) => entries.filter(({ ruling }) => ruling.action === "remove"));
      const result = resultOf(
        plan,
        results.map((row) => entryResult(row)),
      );
      expect(schemaOf(command).safeParse(travelled(toJson(command, result, META))).error).toBeUndefined();
    },
  );

  it("explain and config satisfy theirs", () => {
    const explanations = plan.bases.flatMap((base) =>
      base.entries.map((planned) => ({ base, planned, trash: base.trash })),
    );
    const gone = plan.bases.map((base) => ({ base, planned: null, trash: base.trash }));
    const explain = explainJson([...explanations, ...gone], NOW, META);
    expect(schemaOf("explain").safeParse(travelled(explain)).error).toBeUndefined();
    const origin = { kind: "default" } as const;
    const keys = Object.keys(DEFAULT_SETTINGS).map((key) => [key, origin]);
    const origins = Object.fromEntries(keys) as Record<keyof typeof DEFAULT_SETTINGS, typeof origin>;
    const good = { ref: baseRef(), resolved: { values: DEFAULT_SETTINGS, origins }, error: null };
    const bad = { ref: baseRef(), resolved: null, error: { code: "settings-invalid", message: "x", hint: null } };
    expect(schemaOf("config").safeParse(travelled(configJson([good], META))).error).toBeUndefined();
    const document = configJson([good, bad], META);
    expect(schemaOf("config").safeParse(travelled(document)).error).toBeUndefined();
    expect([document.status, document.error?.code]).toEqual(["error", "settings-invalid"]);
  });

  it.each(COMMANDS)("a failure of %s satisfies it too", (command) => {
    const document = errorJson(command, error, META);
    expect(document).toMatchObject({
      status: "error",
      error: { code: "ambiguous", message: "two fit", hint: "Name the path." },
    });
    expect(schemaOf(command).safeParse(travelled(document)).error).toBeUndefined();
    expect(errorJson(command, new TypeError("x"), META).error).toEqual({ code: "internal", message: "x", hint: null });
  });

  it("a failure has empty arrays and zero totals", () => {
    expect(errorJson("prune", error, META)).toMatchObject({
      bases: [],
      entries: [],
      trash: [],
      totals: { scanned: 0, bytesToReclaim: 0 },
    });
  });

  it("know no other field", () => {
    const document = { ...toJson("status", plan, META), extra: 1 };
    expect(schemaOf("status").safeParse(document).success).toBe(false);
    expect(schemaOf("prune").safeParse(toJson("status", plan, META)).success).toBe(false);
  });

  it.each(COMMANDS)("%s becomes a JSON Schema", (command) => {
    const schema = jsonSchema(command);
    expect(schema).toMatchObject({
      $schema: "https://json-schema.org/draft/2020-12/schema",
      type: "object",
      additionalProperties: false,
    });
    expect(travelled(schema)).toEqual(schema);
  });

  it("all of them together too", () => {
    expect(jsonSchema(null)).toHaveProperty("anyOf");
  });
});
