import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { describe, expect, it } from "vitest";
import { type Program, findProgram, type Runtime } from "../../src/hook/program.ts";
import { PROJECT } from "../support/paths.ts";
import { world } from "../support/world.ts";

const script = join(PROJECT, "bin", "checkpoints.js");
const node: Runtime = { execPath: process.execPath, versions: { node: "20.19.0" } };

/** A directory for the PATH with programs that are never started. */
function path(...names: readonly string[]): string {
  const directory = join(world().root, "programs");
  mkdirSync(directory);
  for (const name of names) program(join(directory, name));
  return directory;
}

function program(at: string): string {
  writeFileSync(at, "#!/bin/sh\n");
  chmodSync(at, 0o755);
  return at;
}

describe("what runs the command", () => {
  const at = (name: string): string => program(join(world().root, name));

  it.each<[string, () => Runtime, string]>([
    ["Node", () => node, process.execPath],
    ["Node as Debian once called it", () => ({ ...node, execPath: at("nodejs") }), "nodejs"],
    ["a Node that an upgrade took away", () => ({ ...node, execPath: "/nowhere/bin/node" }), "programs/node"],
    ["a single executable", () => ({ ...node, execPath: at("my-agent") }), "programs/node"],
    ["Bun", () => ({ execPath: at("bun"), versions: { ...node.versions, bun: "1.2.0" } }), "programs/node"],
    ["Bun under the name of Node", () => ({ execPath: at("node"), versions: { bun: "1.2.0" } }), "programs/node"],
    ["Deno", () => ({ execPath: at("deno"), versions: { ...node.versions, deno: "2.0.0" } }), "programs/node"],
  ])("%s", (_name, runtime, expected) => {
    const { argv, env } = findProgram(undefined, { PATH: path("node") }, runtime());
    expect(argv.slice(1)).toEqual([script]);
    expect(argv[0]?.endsWith(expected)).toBe(true);
    expect(env).toEqual({});
  });

  it("Electron, as Node", () => {
    const electron = { execPath: at("my-app"), versions: { ...node.versions, electron: "30.0.0" } };
    const { argv, env } = findProgram(undefined, { PATH: path("node") }, electron);
    expect(argv).toEqual([electron.execPath, script]);
    expect(env).toEqual({ ELECTRON_RUN_AS_NODE: "1" });
  });

  it.each([
    ["no PATH", {}],
    ["an empty PATH", { PATH: "" }],
    ["a PATH without it", { PATH: "/nowhere" }],
  ])("nothing: %s", (_name, env) => {
    const bun = { execPath: "/opt/bun", versions: { bun: "1.2.0" } };
    expect(() => findProgram(undefined, env, bun)).toThrow(/there is no Node/);
    expect(findProgram(undefined, env, node).argv).toEqual([process.execPath, script]);
  });
});

describe("a command that the host names", () => {
  it("wins over the Node that the host runs on", () => {
    const bin = path("checkpoints", "node");
    expect(findProgram(["checkpoints", "-q"], { PATH: bin }, node).argv).toEqual([join(bin, "checkpoints"), "-q"]);
  });

  it("is found from the host's directory, where the sweep will not run", () => {
    const own = program(join(world().root, "sweeper"));
    expect(findProgram([own], {}, node).argv).toEqual([own]);
    expect(findProgram([`./${relative(process.cwd(), own)}`], {}, node).argv).toEqual([own]);
  });

  it("is never looked for in a relative directory of the PATH", () => {
    const own = program(join(world().root, "sweeper"));
    const cwd = relative(process.cwd(), dirname(own));
    expect(() => findProgram(["sweeper"], { PATH: `.:${cwd}:` }, node)).toThrow(/there is no program sweeper/);
    expect(findProgram(["sweeper"], { PATH: `.:${dirname(own)}` }, node).argv).toEqual([own]);
  });

  it.each<[string, unknown]>([
    ["an empty list", []],
    ["an empty name", [""]],
    ["a text", "checkpoints"],
    ["a number in it", ["checkpoints", 1]],
    ["null", null],
    ["no such program", ["no-such-program"]],
    ["no such path", ["/nowhere/checkpoints"]],
    ["a directory", ["/tmp"]],
    ["a file that is not a program", [join(PROJECT, "package.json")]],
  ])("is refused: %s", (_name, command) => {
    expect(() => findProgram(command as string[], { PATH: path("checkpoints") }, node)).toThrow(/command|no program/);
  });
});

describe("politely", () => {
  const prefix = ({ argv }: Program): readonly string[] => argv.slice(0, -2).map((each) => basename(each));

  it.each([
    ["both", ["nice", "ionice"], ["nice", "-n", "19", "ionice", "-c", "3", "-t"]],
    ["nice alone (macOS)", ["nice"], ["nice", "-n", "19"]],
    ["ionice alone", ["ionice"], ["ionice", "-c", "3", "-t"]],
    ["none", [], []],
  ])("%s", (_name, there, expected) => {
    expect(prefix(findProgram(undefined, { PATH: path(...there) }, node))).toEqual(expected);
  });

  it("without the option that an old BusyBox does not know", () => {
    const bin = path("busybox");
    symlinkSync("busybox", join(bin, "ionice"));
    expect(prefix(findProgram(undefined, { PATH: bin }, node))).toEqual(["ionice", "-c", "3"]);
  });
});
