import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { hermes } from "../../src/agents/hermes/index.ts";
import { defaultSettings, resolveSettings } from "../../src/config/settings.ts";
import { KINDS } from "./blocks.ts";
import type { SettingFlag } from "../../src/config/flags.ts";
import { DEFAULT_SETTINGS, type ResolvedSettings, SETTING_KEYS, type Settings } from "../../src/model/settings.ts";
import { settings } from "../../src/report/schema/values.ts";
import { PROJECT } from "../support/paths.ts";
import { settingsError } from "./settings-error.ts";

const path = "/h/config.yaml";
const OWN = "/c/checkpoint-gc/config.yaml";
const flag = { kind: "flag", flag: "--retention-days" } as const;
const days = (value: number) => ({ key: "retention_days", value, flag: "--retention-days" }) as const;
const keep = (value: string | readonly string[]) => ({ key: "keep", value, flag: "--set keep" }) as const;
const text = (yaml: string) => ({ kind: "text", text: yaml }) as const;

const missing = { kind: "missing" } as const;

const from = (block: string, key = "retention_days") =>
  ({ kind: "file", file: path, block, key: `${block}.${key}` }) as const;

interface Given {
  readonly file?: Parameters<typeof resolveSettings>[0]["ownFile"]["result"];
  readonly own?: Parameters<typeof resolveSettings>[0]["ownFile"]["result"];
  readonly flags?: readonly SettingFlag[];
  readonly defaults?: Partial<Settings>;
}

/** What an agent `toy` with a block `checkpoints` has. */
function resolved({ file = missing, own = missing, flags = [], defaults = {} }: Given): ResolvedSettings {
  return resolveSettings({
    agent: { name: "toy", defaults },
    agentFile: { path, block: "checkpoints", result: file },
    ownFile: { path: OWN, result: own },
    flags,
    kinds: KINDS,
    agents: ["toy", "other"],
  });
}

describe("layers", () => {
  const file = "checkpoints: {retention_days: 30}";
  const both = `${file}\ncheckpoint_gc: {retention_days: 3}`;
  const own = "checkpoint_gc: {retention_days: 3}";
  it.each([
    ["nothing", "", [], 7, { kind: "default" }],
    ["checkpoints", file, [], 30, from("checkpoints")],
    ["checkpoint_gc", own, [], 3, from("checkpoint_gc")],
    ["checkpoint_gc over checkpoints", both, [], 3, from("checkpoint_gc")],
    ["in either order of the file", `${own}\n${file}`, [], 3, from("checkpoint_gc")],
    ["a flag over nothing", "", [days(1)], 1, flag],
    ["a flag over both", both, [days(1)], 1, flag],
    ["the last of two flags", both, [days(1), days(2)], 2, flag],
    ["a value equal to the default has its origin", "checkpoints: {retention_days: 7}", [], 7, from("checkpoints")],
  ])("%s", (_name, yaml, flags, value, origin) => {
    const found = resolved({ file: text(yaml), flags });
    expect(found.values).toEqual({ ...DEFAULT_SETTINGS, retention_days: value });
    expect(found.origins.retention_days).toEqual(origin);
  });

  it("are laid key by key, with an origin each", () => {
    const yaml = "checkpoints: {auto_prune: on, retention_days: 30}\ncheckpoint_gc: {trash_days: 1, retention_days: 3}";
    const found = resolved({ file: text(yaml), flags: [keep("/k")] });
    expect(found).toEqual({
      values: { ...DEFAULT_SETTINGS, auto_prune: true, retention_days: 3, trash_days: 1, keep: ["/k"] },
      origins: {
        auto_prune: from("checkpoints", "auto_prune"),
        retention_days: from("checkpoint_gc"),
        delete_orphans: { kind: "default" },
        min_interval_hours: { kind: "default" },
        orphan_grace_hours: { kind: "default" },
        trash_days: from("checkpoint_gc", "trash_days"),
        max_size: { kind: "default" },
        keep_latest: { kind: "default" },
        keep: { kind: "flag", flag: "--set keep" },
        collect: { kind: "default" },
      },
    });
  });

  it.each([
    ["none of a flag", [], ["/a"]],
    ["one more", [keep("/b")], ["/a", "/b"]],
    ["several more", [keep("/b"), keep("/c"), days(1)], ["/a", "/b", "/c"]],
    ["a caller's list", [keep(["/b", "/c"])], ["/a", "/b", "/c"]],
    ["a caller's empty list gives nothing up", [keep([])], ["/a"]],
  ])("a flag adds to keep: %s", (_name, flags, expected) => {
    expect(resolved({ file: text("checkpoint_gc: {keep: /a}"), flags }).values.keep).toEqual(expected);
  });

  it("keep adds up over all of them, each pattern once", () => {
    const file = text("checkpoints: {keep: [/a, /b]}\ncheckpoint_gc: {keep: [/c, /a]}");
    const own = text("keep: /d\nagents: {toy: {keep: /e}, other: {keep: /f}}");
    const { values, origins } = resolved({ file, own, flags: [keep("/g")], defaults: { keep: ["/0"] } });
    expect(values.keep).toEqual(["/0", "/a", "/b", "/d", "/e", "/c", "/g"]);
    expect(origins.keep).toEqual({ kind: "flag", flag: "--set keep" });
  });

  it("of a `keep` that is empty takes nothing away", () => {
    const file = text("checkpoint_gc: {keep: []}");
    expect(resolved({ file, own: text("keep: /d") }).values.keep).toEqual(["/d"]);
  });

  it("leave the defaults as they were", () => {
    const before = structuredClone(DEFAULT_SETTINGS);
    resolved({ flags: [keep("/k"), days(1)] });
    expect(DEFAULT_SETTINGS).toEqual(before);
  });
});

describe("the file", () => {
  it("may be missing", () => {
    const found = resolved({});
    expect(found.values).toEqual(DEFAULT_SETTINGS);
    expect(new Set(Object.values(found.origins).map((origin) => origin.kind))).toEqual(new Set(["default"]));
  });

  it("must be readable, whatever the flags say", () => {
    const file = { kind: "unreadable", code: "EACCES", message: "permission denied" } as const;
    const error = settingsError(() => resolved({ file, flags: [days(1)] }));
    expect(error.message).toBe("/h/config.yaml cannot be read (EACCES): permission denied");
    expect(error).toMatchObject({ code: "settings-unreadable", exitCode: 2 });
    expect(error.hint).toBe(
      "Nothing is removed while it cannot be read. Make it readable for this user, or move it away.",
    );
  });

  it("must be right, whatever the flags say", () => {
    const file = text("checkpoints: {retention_days: .nan}");
    expect(settingsError(() => resolved({ file, flags: [days(1)] })).message).toBe(
      "checkpoints.retention_days in /h/config.yaml, line 1, is .nan: expected a number of days",
    );
  });
});

it.each([Number.NaN, Number.POSITIVE_INFINITY, "7", null])("a flag of %s is refused here too", (value) => {
  const wrong = { key: "retention_days", value, flag: "settings.retention_days" } as const;
  const error = settingsError(() => resolved({ flags: [wrong] }));
  expect(error.message).toMatch(/^settings\.retention_days is .+: expected a number of days$/);
  expect(error.code).toBe("usage");
});

describe("the schema", () => {
  it("knows every key, and the defaults fit it", () => {
    expect(SETTING_KEYS).toEqual(Object.keys(DEFAULT_SETTINGS));
    const document = { ...DEFAULT_SETTINGS, stores: DEFAULT_SETTINGS.collect };
    expect(settings.parse(document)).toEqual(document);
  });

  it("can be printed as JSON Schema", () => {
    expect(z.toJSONSchema(settings)).toMatchObject({
      required: [...SETTING_KEYS, "stores"],
      additionalProperties: false,
    });
  });
});

it("the topic of the settings has every one in its table, with its default", () => {
  const rows = readFileSync(join(PROJECT, "src/help/settings.md"), "utf8").matchAll(
    /^\| `([a-z_]+)` \| `([^`]*)` \|/gm,
  );
  const shown = ([, key = "", value = ""]: RegExpExecArray): readonly string[] => [key, value];
  const asWritten = (value: unknown): string => (Array.isArray(value) ? `[${value.join(", ")}]` : String(value));
  expect([...rows].map(shown)).toEqual(
    Object.entries(defaultSettings(hermes)).map(([key, value]) => [key, asWritten(value)]),
  );
});
