// What an agent's own file says of how long it keeps the entries of a kind: it counts, and nothing of ours makes it looser.
import { describe, expect, it } from "vitest";
import type { KindOfAgent } from "../../src/config/agent-file.ts";
import { resolveSettings } from "../../src/config/settings.ts";
import type { SettingFlag } from "../../src/config/flags.ts";
import { settingsOfKind, type KindKey, type ResolvedSettings } from "../../src/model/settings.ts";

const FILE = "/h/config.yaml";
const OWN = "/c/checkpoint-gc/config.yaml";
const KIND = {
  kind: "toy-sessions",
  defaults: { retention_days: 30, keep_latest: 50 },
  block: { path: ["cleanup", "sessions"], keys: { retention_days: "max_age_days", keep_latest: "keep_latest" } },
} as const;

function resolved(
  file: string,
  own = "",
  flags: readonly SettingFlag[] = [],
  kind: KindOfAgent = KIND,
): ResolvedSettings {
  return resolveSettings({
    agent: { name: "toy", defaults: { retention_days: 7 }, kinds: [{ kind: "toy-snapshots" }, kind] },
    agentFile: { path: FILE, block: "checkpoints", result: { kind: "text", text: file } },
    ownFile: { path: OWN, result: { kind: "text", text: own } },
    flags,
    kinds: ["toy-snapshots", "toy-sessions"],
    agents: ["toy"],
  });
}

const valuesOf = ({ values }: ResolvedSettings, kind = "toy-sessions"): readonly number[] => {
  const { retention_days, keep_latest } = settingsOfKind(values, kind);
  return [retention_days, keep_latest];
};

const cleanup = (days: number | string, latest: number | string = 3): string =>
  `cleanup:\n  sessions:\n    max_age_days: ${days}\n    keep_latest: ${latest}\n    colour: blue\n`;

describe("the block of a kind", () => {
  it.each([
    ["nothing: the kind's own defaults", "", "", [30, 50]],
    ["shorter than the default of the kind", cleanup(10), "", [10, 3]],
    ["longer", cleanup(60, 500), "", [60, 500]],
    ["ours is looser: that of the agent", cleanup(60, 500), "retention_days: 5\nkeep_latest: 1\n", [60, 500]],
    ["ours is stricter", cleanup(10), "retention_days: 90\nkeep_latest: 7\n", [90, 7]],
    ["ours for the kind is looser", cleanup(60), "kinds: {toy-sessions: {retention_days: 5}}", [60, 3]],
    ["ours for the kind is stricter", cleanup(60), "kinds: {toy-sessions: {retention_days: 61}}", [61, 3]],
    ["never, of the agent", cleanup(0), "retention_days: 5", [0, 3]],
    ["never, of ours", cleanup(5), "retention_days: 0", [0, 3]],
    ["no number of newest at all means the default of the kind", cleanup(5, 0), "", [5, 50]],
    ["checkpoint_gc of the same file is looser", `${cleanup(60)}checkpoint_gc: {retention_days: 2}`, "", [60, 3]],
    ["the agent's other block is not about this kind", "checkpoints: {retention_days: 2}", "", [30, 50]],
    ["the agent's other block, and this one", `${cleanup(10)}checkpoints: {retention_days: 2}`, "", [10, 3]],
    ["no map in its place", "cleanup: yes please", "", [30, 50]],
    ["a list in its place", "cleanup: {sessions: [1, 2]}", "", [30, 50]],
    ["none of its keys", "cleanup: {sessions: {colour: blue}}", "", [30, 50]],
  ])("%s", (_name, file, own, expected) => {
    expect(valuesOf(resolved(file, own))).toEqual(expected);
  });

  it("is not made looser by a flag, and says where the value is from", () => {
    const flags = [{ key: "retention_days", value: 1, flag: "--retention-days 1" }] as const;
    const found = resolved(cleanup(60), "", flags);
    expect(valuesOf(found)).toEqual([60, 3]);
    const origin = (key: KindKey): unknown => found.kindOrigins?.["toy-sessions"]?.[key];
    const block = { kind: "file", file: FILE, block: "cleanup.sessions" };
    expect(origin("retention_days")).toEqual({ ...block, key: "cleanup.sessions.max_age_days" });
    expect(origin("keep_latest")).toEqual({ ...block, key: "cleanup.sessions.keep_latest" });
  });

  it("leaves the other kinds of the agent alone", () => {
    const found = resolved(`${cleanup(60)}checkpoints: {retention_days: 2}`);
    expect(valuesOf(found, "toy-snapshots")).toEqual([2, 0]);
    expect(valuesOf(resolved(cleanup(60)), "toy-snapshots")).toEqual([7, 0]);
  });

  it.each([
    ["no number", cleanup("soon"), "max_age_days"],
    ["more than a hundred years", cleanup(40_000), "max_age_days"],
    ["a fraction of an entry", cleanup(5, 2.5), "keep_latest"],
    ["less than none", cleanup(5, -1), "keep_latest"],
  ])("with %s removes nothing of the kind for its age, and leaves the others alone", (_name, file, key) => {
    const found = resolved(`${file}checkpoints: {retention_days: 2}`, "kinds: {toy-sessions: {retention_days: 5}}");
    expect(valuesOf(found)[0]).toBe(0);
    expect(valuesOf(found, "toy-snapshots")).toEqual([2, 0]);
    expect(found.kindOrigins?.["toy-sessions"]?.retention_days).toMatchObject({ key: `cleanup.sessions.${key}` });
  });
});

describe("what files say in general was written for snapshots", () => {
  const { kind, defaults } = KIND;
  const sessions = { kind, defaults, session: "session" };
  const gc = (days: number): string => `checkpoint_gc: {retention_days: ${days}}`;

  it.each([
    ["shorter, of the agent's other block", "checkpoints: {retention_days: 3}", "", 30],
    ["shorter, of checkpoint_gc", gc(3), "", 30],
    ["shorter, at the top of our file", "", "retention_days: 3", 30],
    ["shorter, for the agent", "", "agents: {toy: {retention_days: 3}}", 30],
    ["longer", gc(300), "", 300],
    ["never", gc(0), "", 0],
    ["shorter, and for the kind as well", gc(3), "kinds: {toy-sessions: {retention_days: 10}}", 10],
    ["longer than for the kind", gc(20), "kinds: {toy-sessions: {retention_days: 10}}", 20],
    ["shorter than for the kind", gc(20), "kinds: {toy-sessions: {retention_days: 365}}", 365],
    ["never, and for the kind", gc(0), "kinds: {toy-sessions: {retention_days: 10}}", 0],
  ])("and makes no session go sooner: %s", (_name, file, own, days) => {
    const found = resolved(file, own, [], sessions);
    expect(valuesOf(found)[0]).toBe(days);
    expect(settingsOfKind(found.values, "toy-snapshots").retention_days).toBe(found.values.retention_days);
  });

  it("but an option of a run is about all that it takes", () => {
    const flags = [{ key: "retention_days", value: 1, flag: "--retention-days 1" }] as const;
    const own = "kinds: {toy-sessions: {retention_days: 365}}";
    expect(valuesOf(resolved(gc(20), own, flags, sessions))[0]).toBe(1);
  });
});
