// All mistakes of all files of settings are told at once.

import { describe, expect, it } from "vitest";
import { readOwnFile } from "../../src/config/own-file.ts";
import { resolveSettings, type TextResult } from "../../src/config/settings.ts";
import { readBlocks } from "./blocks.ts";
import { settingsError } from "./settings-error.ts";

const FILE = "/h/config.yaml";
const KNOWN = { kinds: ["hermes-shadow"], agents: ["hermes"] };
const text = (value: string): TextResult => ({ kind: "text", text: value });

function resolve(agentFile: string, ownFile: TextResult): unknown {
  return resolveSettings({
    agent: { name: "hermes" },
    agentFile: { path: FILE, result: text(agentFile), block: "checkpoints" },
    ownFile: { path: "/own.yaml", result: ownFile },
    flags: [],
    ...KNOWN,
  });
}

describe("several mistakes in a block of an agent's file", () => {
  const written = "checkpoint_gc:\n  retention_days: soon\n  retension: 3\n  keep: thesis\n  trash_days: 3\n";

  it("are listed in the order of the file, each with what was expected and the nearest key", () => {
    const error = settingsError(() => readBlocks(written, FILE));
    expect(error.code).toBe("settings-invalid");
    expect(error.message.split("\n")).toEqual([
      "3 mistakes in the settings:",
      '- checkpoint_gc.retention_days in /h/config.yaml, line 2, is "soon": expected a number of days. The default is retention_days: 7.',
      "- checkpoint_gc.retension in /h/config.yaml, line 3, is not a setting. Did you mean retention_days?",
      '- checkpoint_gc.keep in /h/config.yaml, line 4, is "thesis": expected a path or glob that begins with "/", "~/" or "**/". Write keep: ["~/work", "**/demo"].',
    ]);
    expect(error.parts).toHaveLength(3);
  });

  it("are listed as before where there is one", () => {
    const error = settingsError(() => readBlocks("checkpoint_gc:\n  retension: 3\n  trash_days: 3\n", FILE));
    expect(error.message).toBe("checkpoint_gc.retension in /h/config.yaml, line 2, is not a setting");
    expect([error.hint, error.parts]).toEqual(["Did you mean retention_days?", [error]]);
  });

  it("are none where every value is right", () => {
    const right = written
      .replace("soon", "3")
      .replace(/.*retension.*\n/, "")
      .replace("thesis", "~/thesis");
    expect(readBlocks(right, FILE).checkpoint_gc).toEqual({ retention_days: 3, keep: ["~/thesis"], trash_days: 3 });
  });

  it("are listed of each item of a list, and of kinds beside other wrong values", () => {
    const error = settingsError(() =>
      readBlocks("checkpoint_gc:\n  keep: [a, ~/b, c]\n  collect: [x, hermes-shadow, z]\n  trash_days: z\n", FILE),
    );
    expect(error.parts.map(({ message }) => message.split(" in ")[0])).toEqual([
      "checkpoint_gc.keep[0]",
      "checkpoint_gc.keep[2]",
      "checkpoint_gc.collect[0]",
      "checkpoint_gc.collect[2]",
      "checkpoint_gc.trash_days",
    ]);
  });

  it("are listed of the agent's block and of ours", () => {
    const error = settingsError(() => readBlocks("checkpoints: 7\ncheckpoint-gc: {}\ncheckpoint_gc: [x]\n", FILE));
    expect(error.parts.map(({ message }) => message)).toEqual([
      "checkpoints in /h/config.yaml, line 1, is 7: expected a map of settings",
      '/h/config.yaml has a block "checkpoint-gc": expected checkpoint_gc',
      "checkpoint_gc in /h/config.yaml, line 3, is a list: expected a map of settings",
    ]);
  });
});

describe("several mistakes in our own file", () => {
  it("are listed of the top, of agents, of kinds and of bases", () => {
    const written = [
      "kep: ~/a",
      "checkpoint_gc: {retention_days: x}",
      "agents:",
      "  hermse: {keep: ~/a}",
      "  hermes: {bases: [rel], trash_days: x}",
      "kinds:",
      "  hermes-shadow: {trash_days: 3, retention_days: x}",
      "  hermes-shade: {}",
    ];
    const error = settingsError(() => readOwnFile(written.join("\n"), "/own.yaml", KNOWN));
    expect(error.parts.map(({ message }) => message.replace(/:.*/, ""))).toEqual([
      "kep in /own.yaml, line 1, is not a setting",
      "checkpoint_gc in /own.yaml, line 2, is a block of an agent's file",
      "agents.hermse in /own.yaml, line 4, is not an agent",
      'agents.hermes.trash_days in /own.yaml, line 5, is "x"',
      "agents.hermes.bases in /own.yaml, line 5, is a list",
      "kinds.hermes-shadow.trash_days in /own.yaml, line 7, has no effect for one kind",
      'kinds.hermes-shadow.retention_days in /own.yaml, line 7, is "x"',
      "kinds.hermes-shade in /own.yaml, line 8, is not a kind",
    ]);
  });
});

describe("mistakes in two files", () => {
  it("are listed at once, also where one of them is not YAML at all", () => {
    const wrong = settingsError(() => resolve("checkpoint_gc:\n  kep: 3\n", text("keep: 7\n")));
    expect(wrong.message.split("\n")).toHaveLength(3);
    const broken = settingsError(() => resolve("checkpoint_gc:\n  kep: 3\n", text("keep: [\n")));
    expect([broken.code, broken.parts.length]).toEqual(["settings-unreadable", 2]);
  });

  it("are those of the one that is wrong where the other is right", () => {
    expect(settingsError(() => resolve("checkpoint_gc:\n  kep: 3\n", text("trash_days: 7\n"))).parts).toHaveLength(1);
    expect(settingsError(() => resolve("checkpoint_gc:\n  trash_days: 3\n", text("kep: 7\n"))).parts).toHaveLength(1);
    expect(resolve("checkpoint_gc:\n  trash_days: 3\n", text("trash_days: 7\n"))).toMatchObject({
      values: { trash_days: 3 },
    });
  });
});
