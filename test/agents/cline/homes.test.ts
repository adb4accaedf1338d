import { expect, it } from "vitest";
import type { FindBases } from "../../../src/agents/agent.ts";
import { findBases as clineBases } from "../../../src/agents/cline/homes.ts";
import { findBases as rooBases } from "../../../src/agents/roo/homes.ts";

interface Machine {
  readonly platform?: string;
  readonly osHome?: string;
  readonly env?: FindBases["env"];
  /** Directories that are there. */
  readonly there: readonly string[];
  readonly files?: Readonly<Record<string, string>>;
}

function machine({ platform = "linux", osHome = "/home/ada", env = {}, there, files = {} }: Machine): FindBases {
  const separator = platform === "win32" ? "\\" : "/";
  const below = (directory: string): readonly string[] =>
    there.filter((path) => path.startsWith(directory + separator)).map((path) => path.slice(directory.length + 1));
  return {
    env,
    osHome,
    platform,
    cwd: osHome,
    homes: [],
    bases: [],
    listDirectories: (path) => [...new Set(below(path).map((name) => name.split(separator)[0] ?? ""))],
    read: (path) => files[path] ?? null,
  };
}

function found(find: typeof clineBases, input: FindBases): readonly string[] {
  return find(input).map(({ path, label }) => `${label ?? "-"}: ${path}`);
}

const CLINE = "saoudrizwan.claude-dev/checkpoints";
const ROO = "rooveterinaryinc.roo-cline/tasks";

it.each<readonly [string, Machine, readonly string[]]>([
  ["nothing", { there: [] }, []],
  ["an editor", { there: [`/home/ada/.config/Code/User/globalStorage/${CLINE}`] }, ["Code"]],
  ["XDG_CONFIG_HOME", { env: { XDG_CONFIG_HOME: "/c" }, there: [`/c/Cursor/User/globalStorage/${CLINE}`] }, ["Cursor"]],
  [
    "a relative XDG_CONFIG_HOME",
    { env: { XDG_CONFIG_HOME: "c" }, there: [`/home/ada/.config/VSCodium/User/globalStorage/${CLINE}`] },
    ["VSCodium"],
  ],
  ["a server", { there: [`/home/ada/.vscode-server/data/User/globalStorage/${CLINE}`] }, ["vscode-server"]],
  [
    "macOS",
    {
      platform: "darwin",
      osHome: "/Users/ada",
      there: [`/Users/ada/Library/Application Support/Code - Insiders/User/globalStorage/${CLINE}`],
    },
    ["Code - Insiders"],
  ],
  [
    "Windows",
    {
      platform: "win32",
      osHome: "C:\\Users\\ada",
      env: { APPDATA: "D:\\Roaming" },
      there: ["D:\\Roaming\\Windsurf\\User\\globalStorage\\saoudrizwan.claude-dev\\checkpoints"],
    },
    ["Windsurf"],
  ],
  ["the command line", { there: ["/home/ada/.cline/data/checkpoints"] }, ["command line"]],
  ["CLINE_DIR", { env: { CLINE_DIR: "/srv/cline" }, there: ["/srv/cline/data/checkpoints"] }, ["command line"]],
  ["only the chats of one", { there: ["/home/ada/.cline/data/tasks"] }, []],
  ["only the trash of one", { there: ["/home/ada/.cline/data/.checkpoints.gc"] }, ["command line"]],
])("of Cline with %s", (_, here, labels) => {
  const bases = clineBases(machine(here));
  expect(bases.map(({ label }) => label)).toEqual(labels);
  const names = bases.map(({ path }) => path.replace(/\/checkpoints$/, "/.checkpoints.gc"));
  expect(bases.every(({ path }, at) => here.there.includes(path) || here.there.includes(names[at] ?? ""))).toBe(true);
});

it("finds Roo, Kilo's old extension beside it, and what early versions had", () => {
  const storage = "/home/ada/.config/Code/User/globalStorage";
  const there = [
    `${storage}/${ROO}`,
    `${storage}/kilocode.kilo-code/tasks`,
    `${storage}/rooveterinaryinc.roo-cline/checkpoints`,
  ];
  expect(found(rooBases, machine({ there }))).toEqual([
    `Code: ${storage}/rooveterinaryinc.roo-cline/tasks`,
    `Code checkpoints: ${storage}/rooveterinaryinc.roo-cline/checkpoints`,
    `Code kilo-code: ${storage}/kilocode.kilo-code/tasks`,
  ]);
});

it.each<readonly [string, string, readonly string[]]>([
  ["a path", '{ "roo-cline.customStoragePath": "/srv/roo" }', ["Code: /srv/roo/tasks"]],
  [
    "comments and others around it",
    '{\n// "x": 1\n"a": {}, "roo-cline.customStoragePath":"/srv/roo",\n}',
    ["Code: /srv/roo/tasks"],
  ],
  [
    "a path with a backslash in JSON",
    String.raw`{ "roo-cline.customStoragePath": "\/srv\/roo" }`,
    ["Code: /srv/roo/tasks"],
  ],
  ["an empty one", '{ "roo-cline.customStoragePath": "" }', []],
  ["a relative one", '{ "roo-cline.customStoragePath": "roo" }', []],
  ["a number", '{ "roo-cline.customStoragePath": 7 }', []],
  ["that of another extension", '{ "other.customStoragePath": "/srv/roo" }', []],
  ["a bad escape", String.raw`{ "roo-cline.customStoragePath": "\q" }`, []],
])("follows the setting of an editor that moves the storage of Roo: %s", (_, text, bases) => {
  const files = { "/home/ada/.config/Code/User/settings.json": text };
  expect(found(rooBases, machine({ there: ["/srv/roo/tasks"], files }))).toEqual(bases);
});

it.each([clineBases, rooBases])("takes a named home or base for what it is, and only that", (find) => {
  const here = machine({ there: ["/home/ada/.cline/data/checkpoints", "/srv/x/tasks", "/srv/x/checkpoints"] });
  expect(find({ ...here, homes: ["/srv/x"] }).every(({ path }) => path.startsWith("/srv/x/"))).toBe(true);
  expect(find({ ...here, bases: ["/srv/y/z"] }).map(({ path, home }) => [path, home])).toEqual([
    ["/srv/y/z", "/srv/y"],
  ]);
  expect(() => find({ ...here, homes: [""] })).toThrow("--home is empty: expected a directory");
});
