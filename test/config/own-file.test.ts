import { describe, expect, it } from "vitest";
import { readOwnFile } from "../../src/config/own-file.ts";
import { resolveSettings } from "../../src/config/settings.ts";
import { DEFAULT_SETTINGS, settingsOfKind } from "../../src/model/settings.ts";
import { KINDS } from "./blocks.ts";
import { settingsError } from "./settings-error.ts";

const FILE = "/c/checkpoint-gc/config.yaml";
const AGENT_FILE = "/h/config.yaml";
const KNOWN = { kinds: KINDS, agents: ["toy", "hermes"] };

const read = (text: string): ReturnType<typeof readOwnFile> => readOwnFile(text, FILE, KNOWN);

describe("what it sets", () => {
  it.each(["", "# nothing\n", "---\n", "~\n", "{}\n"])("%j is nothing", (text) => {
    expect(read(text).top?.values ?? {}).toEqual({});
  });

  it("stands at its top, and for one agent below its name", () => {
    const { top, agents } = read("retention_days: 3\nagents:\n  toy:\n    stores: [hermes-store]\n  hermes:\n");
    expect(top).toMatchObject({
      block: "top",
      values: { retention_days: 3 },
      keys: { retention_days: "retention_days" },
    });
    expect([...agents.keys()]).toEqual(["toy"]);
    expect(agents.get("toy")).toEqual({
      file: FILE,
      block: "agents.toy",
      values: { collect: ["hermes-store"] },
      keys: { collect: "agents.toy.stores" },
    });
  });
});

it("names bases of an agent, beside its settings", () => {
  const { agents, bases } = read("agents:\n  toy:\n    bases: [~/a, /b]\n    keep: [/c]\n  hermes: {bases: }\n");
  expect([...bases]).toEqual([["toy", ["~/a", "/b"]]]);
  expect(agents.get("toy")?.values).toEqual({ keep: ["/c"] });
  expect(() => read("bases: [/b]\n")).toThrow(/bases in .* is not a setting/);
});

describe("an error", () => {
  it.each([
    ["retention_days: '7'", 'retention_days in FILE, line 1, is "7": expected a number of days'],
    [
      "auto_prune: on\nkeep:\n  - ~/a\n  - b\n",
      'keep[1] in FILE, line 4, is "b": expected a path or glob that begins with "/", "~/" or "**/"',
    ],
    [
      "agents:\n  toy:\n    trash_days: 1\n    retention_days: x\n",
      'agents.toy.retention_days in FILE, line 4, is "x": expected a number of days',
    ],
    [
      "agents:\n  hermes: {max_size: 2}\n",
      "agents.hermes.max_size in FILE, line 2, is 2: expected a size with a unit, such as 2G, 500M or 2GB, or 0 for no limit",
    ],
    [
      "collect: [hermes-shadow, shadow]",
      'collect[1] in FILE, line 1, is "shadow": expected one of hermes-shadow, hermes-store',
    ],
    ["\n\nkep: ~/a\n", "kep in FILE, line 3, is not a setting"],
    ["agents:\n  toy:\n    kep: ~/a\n", "agents.toy.kep in FILE, line 3, is not a setting"],
    ["agents:\n  toys:\n    keep: ~/a\n", "agents.toys in FILE, line 2, is not an agent: expected one of toy, hermes"],
    ["agents: [toy]", "agents in FILE, line 1, is a list: expected a map of settings"],
    ["agents:\n  toy: 7\n", "agents.toy in FILE, line 2, is 7: expected a map of settings"],
    [
      "kinds:\n  shadow: {}\n",
      "kinds.shadow in FILE, line 2, is not a kind: expected one of hermes-shadow, hermes-store",
    ],
    [
      "kinds:\n  hermes-shadow:\n    retention_days: x\n",
      'kinds.hermes-shadow.retention_days in FILE, line 3, is "x": expected a number of days',
    ],
    ["kinds: {hermes-shadow: {kep: /a}}", "kinds.hermes-shadow.kep in FILE, line 1, is not a setting"],
    // A setting of a whole base would be ignored there.
    [
      "kinds:\n  hermes-shadow:\n    keep: /a\n",
      "kinds.hermes-shadow.keep in FILE, line 3, has no effect for one kind: expected retention_days, keep_latest",
    ],
    ["checkpoint_gc:\n  keep: ~/a\n", "checkpoint_gc in FILE, line 1, is a block of an agent's file"],
    ["collect: []\nstores: []\n", "FILE has both collect and stores: expected one of them"],
    ["- keep", "FILE is a list: expected a map of settings"],
    ["keep: ~/a\nkeep: ~/b\n", "FILE, line 2, column 1: not valid YAML: Map keys must be unique"],
    ["keep: [**/a]", "FILE, line 1, column 8: not valid YAML: **/a refers to nothing"],
    // What a merge brought has its place elsewhere: then without a line.
    [
      "agents:\n  toy: &t {retention_days: x}\n",
      'agents.toy.retention_days in FILE, line 2, is "x": expected a number of days',
    ],
  ])("in %j names file, line, key, value and what was expected", (text, message) => {
    expect(settingsError(() => read(text)).message).toBe(message.replace("FILE", FILE));
  });

  it.each([
    ["kep: ~/a", "Did you mean keep?"],
    ["agent: {}", "Did you mean agents?"],
    ["agents: {hermse: {}}", "Did you mean hermes?"],
    ["checkpoint_gc: {}", "Here its keys stand at the top, without it."],
    ["collect: 7", "Write collect: [KIND], with names of kinds as status shows them."],
  ])("in %j says what may have been meant", (text, hint) => {
    expect(settingsError(() => read(text)).hint).toBe(hint);
  });

  it("of another agent counts as well: the file is broken either way", () => {
    expect(settingsError(() => read("agents: {hermes: {retention_days: x}}")).code).toBe("settings-invalid");
  });
});

describe("layers, lowest first", () => {
  const agentBlock = "checkpoints: {retention_days: 2}\n";
  const top = "retention_days: 3\n";
  const agents = "agents: {toy: {retention_days: 4}, hermes: {retention_days: 99}}\n";
  const gc = "checkpoint_gc: {retention_days: 5}\n";
  const flag = { key: "retention_days", value: 6, flag: "--retention-days" } as const;
  it.each([
    ["the code", null, "", "", [], 7, "default"],
    ["the agent's defaults", 1, "", "", [], 1, "default"],
    ["the agent's block", 1, agentBlock, "", [], 2, "checkpoints.retention_days"],
    ["ours", 1, agentBlock, top, [], 3, "retention_days"],
    ["ours for the agent", 1, agentBlock, top + agents, [], 4, "agents.toy.retention_days"],
    ["checkpoint_gc", 1, agentBlock + gc, top + agents, [], 5, "checkpoint_gc.retention_days"],
    ["a flag", 1, agentBlock + gc, top + agents, [flag], 6, "--retention-days"],
    ["ours for another agent alone", null, "", agents.replace("toy", "other-toy"), [], 7, "default"],
  ] as const)("%s", (_name, byAgent, agentText, ownText, flags, value, from) => {
    const { values, origins } = resolveSettings({
      agent: { name: "toy", defaults: byAgent === null ? {} : { retention_days: byAgent } },
      agentFile: { path: AGENT_FILE, block: "checkpoints", result: { kind: "text", text: agentText } },
      ownFile: { path: FILE, result: { kind: "text", text: ownText } },
      flags,
      kinds: KINDS,
      agents: ["toy", "hermes", "other-toy"],
    });
    expect(values).toEqual({ ...DEFAULT_SETTINGS, retention_days: value });
    const origin = origins.retention_days;
    expect(origin.kind === "file" ? origin.key : origin.kind === "flag" ? origin.flag : "default").toBe(from);
    if (origin.kind === "file") expect(origin.file).toBe(from.startsWith("checkpoint") ? AGENT_FILE : FILE);
  });

  it.each([
    ["a kind of its own", "", "", [], { "hermes-store": { retention_days: 8 } }],
    ["not over checkpoint_gc", gc, "", [], {}],
    ["not over a flag", "", "", [flag], {}],
    ["over the agent", agentBlock, top + agents, [], { "hermes-store": { retention_days: 8 } }],
  ] as const)("kinds: %s", (_name, agentText, ownText, flags, kinds) => {
    const own = `${ownText}kinds: {hermes-store: {retention_days: 8}}\n`;
    const { values, kindOrigins } = resolveSettings({
      agent: { name: "toy" },
      agentFile: { path: AGENT_FILE, block: "checkpoints", result: { kind: "text", text: agentText } },
      ownFile: { path: FILE, result: { kind: "text", text: own } },
      flags,
      kinds: KINDS,
      agents: ["toy", "hermes"],
    });
    expect(values.kinds).toEqual(kinds);
    const key = "kinds.hermes-store.retention_days";
    const origin = { kind: "file", file: FILE, block: "kinds.hermes-store", key };
    expect(kindOrigins).toEqual("hermes-store" in kinds ? { "hermes-store": { retention_days: origin } } : {});
    expect(settingsOfKind(values, "hermes-shadow")).toBe(values);
  });

  it("an agent without a file of its own has ours", () => {
    const { values } = resolveSettings({
      agent: { name: "toy" },
      agentFile: null,
      ownFile: { path: FILE, result: { kind: "text", text: "keep: /a" } },
      flags: [],
      kinds: KINDS,
      agents: ["toy"],
    });
    expect(values.keep).toEqual(["/a"]);
  });
});
