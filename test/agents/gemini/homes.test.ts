import { expect, it } from "vitest";
import { GcError } from "../../../src/errors.ts";
import type { FindBases } from "../../../src/agents/agent.ts";
import { findBases } from "../../../src/agents/gemini/homes.ts";
import { machine } from "../../support/machine.ts";

const USUAL = "/home/ada/.gemini";

function found(input: FindBases): readonly string[] {
  return findBases(input).map(({ path }) => path);
}

it.each<readonly [string, FindBases["env"], string, readonly string[], readonly string[]]>([
  ["nothing set", {}, USUAL, ["history", "tmp"], [`${USUAL}/history`]],
  ["GEMINI_CLI_HOME", { GEMINI_CLI_HOME: "/srv/g" }, "/srv/g/.gemini", ["history"], ["/srv/g/.gemini/history"]],
  ["GEMINI_CLI_HOME alone", { GEMINI_CLI_HOME: "/srv/g" }, USUAL, ["history"], []],
  ["an empty GEMINI_CLI_HOME", { GEMINI_CLI_HOME: "" }, USUAL, ["history"], [`${USUAL}/history`]],
  ["a relative GEMINI_CLI_HOME", { GEMINI_CLI_HOME: "g" }, USUAL, ["history"], [`${USUAL}/history`]],
  ["no snapshots yet", {}, USUAL, ["tmp"], []],
  ["no such directory", {}, "/none", [], []],
  ["what is left of a base that is gone", {}, USUAL, [".history.gc"], [`${USUAL}/history`]],
])("with %s", (_, env, home, names, paths) => {
  expect(found(machine({ [home]: names }, env))).toEqual(paths);
});

it("finds what the sandbox of macOS wrote, on macOS alone", () => {
  const tree = { [USUAL]: ["history"], "/home/ada/.cache/.gemini": ["history"] };
  const labelled = (platform: string): readonly unknown[] =>
    findBases({ ...machine(tree), platform }).map(({ path, label }) => [path, label]);
  expect(labelled("linux")).toEqual([[`${USUAL}/history`, null]]);
  expect(labelled("darwin")).toEqual([
    [`${USUAL}/history`, null],
    ["/home/ada/.cache/.gemini/history", "sandbox"],
  ]);
});

it("takes a named home or base for what it is, and only that", () => {
  const input = machine({ [USUAL]: ["history"] });
  expect(found({ ...input, homes: ["/srv/x/.gemini"] })).toEqual(["/srv/x/.gemini/history"]);
  expect(found({ ...input, bases: ["../snapshots"] })).toEqual(["/srv/snapshots"]);
  expect(() => findBases({ ...input, homes: [" "] })).toThrow("--home is empty: expected a directory");
});

it("shows its base where it cannot be found out whether it is there", () => {
  const listDirectories = (path: string): readonly string[] => {
    throw new GcError("base-unreadable", `cannot list ${path}`);
  };
  expect(found({ ...machine({}), listDirectories })).toEqual([`${USUAL}/history`]);
});
