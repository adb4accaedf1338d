import { expect, it } from "vitest";
import { GcError } from "../../../src/errors.ts";
import type { FindBases } from "../../../src/agents/agent.ts";
import { findBases } from "../../../src/agents/opencode/homes.ts";
import { machine } from "../../support/machine.ts";

const ID = "5954955fca6b0c545a0d0c4683e7dd53ab4340df";
const DATA = "/home/ada/.local/share";

function found(input: FindBases): readonly string[] {
  return findBases(input).map(({ path, label }) => (label === null ? path : `${path}, ${label}`));
}

function app(data: string, name: string, ids: readonly string[] = [ID]): Readonly<Record<string, readonly string[]>> {
  return { [data]: [name], [`${data}/${name}`]: ["snapshot", "storage"], [`${data}/${name}/snapshot`]: ids };
}

it.each<readonly [string, FindBases["env"], Readonly<Record<string, readonly string[]>>, readonly string[]]>([
  ["nothing set", {}, app(DATA, "opencode"), [`${DATA}/opencode/snapshot`]],
  ["XDG_DATA_HOME", { XDG_DATA_HOME: "/srv/d" }, app("/srv/d", "opencode"), ["/srv/d/opencode/snapshot"]],
  ["an empty XDG_DATA_HOME", { XDG_DATA_HOME: "" }, app(DATA, "opencode"), [`${DATA}/opencode/snapshot`]],
  ["a relative XDG_DATA_HOME", { XDG_DATA_HOME: "d" }, app(DATA, "opencode"), [`${DATA}/opencode/snapshot`]],
  ["no such directory", {}, {}, []],
  ["no project yet", {}, app(DATA, "opencode", []), [`${DATA}/opencode/snapshot`]],
  ["a fork", {}, app(DATA, "shuvcode"), [`${DATA}/shuvcode/snapshot, shuvcode`]],
  [
    "a fork with projects without a commit",
    {},
    app(DATA, "shuvcode", ["global"]),
    [`${DATA}/shuvcode/snapshot, shuvcode`],
  ],
  ["a program that has such a directory for other things", {}, app(DATA, "photos", ["2026"]), []],
  ["another agent with the same layout", {}, app(DATA, "kilo"), []],
])("with %s", (_, env, tree, paths) => {
  expect(found(machine(tree, env))).toEqual(paths);
});

it("finds what versions before 1.0 left beside it, and what is left of a base that is gone", () => {
  const tree = { [DATA]: ["opencode"], [`${DATA}/opencode`]: [".snapshot.gc", "project"] };
  expect(found(machine(tree))).toEqual([`${DATA}/opencode/snapshot`, `${DATA}/opencode/project, project`]);
});

it("takes a named home or base for what it is, and only that", () => {
  const tree = { ...app(DATA, "opencode"), "/srv/x": ["snapshot", "project"] };
  expect(found({ ...machine(tree), homes: ["/srv/x"] })).toEqual(["/srv/x/snapshot, x", "/srv/x/project, x project"]);
  expect(found({ ...machine(tree), homes: ["/srv/none"] })).toEqual(["/srv/none/snapshot, none"]);
  expect(found({ ...machine(tree), bases: ["../opencode/snapshot"] })).toEqual(["/srv/opencode/snapshot"]);
  expect(() => findBases({ ...machine(tree), bases: [" "] })).toThrow("--base is empty: expected a directory");
});

it("passes over what cannot be listed beside it, and shows its own base there", () => {
  const locked = (closed: readonly string[]): FindBases => {
    const input = machine({ [DATA]: ["containers", "opencode"], [`${DATA}/opencode`]: ["snapshot"] });
    const listDirectories = (path: string): readonly string[] => {
      if (closed.includes(path)) throw new GcError("base-unreadable", `cannot list ${path}`);
      return input.listDirectories(path);
    };
    return { ...input, listDirectories };
  };
  const base = `${DATA}/opencode/snapshot`;
  expect(found(locked([`${DATA}/containers`]))).toEqual([base]);
  expect(found(locked([`${DATA}/opencode`]))).toEqual([base]);
  // Any program may have something in the directory of data.
  expect(found(locked([DATA]))).toEqual([]);
});
