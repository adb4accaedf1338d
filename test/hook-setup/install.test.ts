// `hook install`, `hook status` and `hook remove` as a person runs them.

import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { replaceText } from "../../src/fs/replace-text.ts";
import { COMMAND } from "../support/run.ts";
import { diff, fingerprint } from "../support/tree.ts";
import { type World, world } from "../support/world.ts";
import { documentOf, homes, hook, states } from "./support.ts";

const PLACES = [
  "hermes .hermes/hooks/checkpoint-gc/HOOK.yaml",
  "hermes .hermes/hooks/checkpoint-gc/handler.py",
  "hermes .hermes/config.yaml",
  "claude .claude/settings.json",
  "gemini .gemini/settings.json",
  "openclaw .openclaw/hooks/checkpoint-gc/HOOK.md",
  "openclaw .openclaw/hooks/checkpoint-gc/handler.js",
  "opencode .config/opencode/plugins/checkpoint-gc.js",
];
const HERMES = ["--agent", "hermes"];
const all = (state: string): string[] => PLACES.map((place) => `${place} ${state}`);
const seen = (w: World): ReturnType<typeof fingerprint> => fingerprint(w.root, { times: false, inodes: false });
const config = (w: World): string => join(w.home, "config.yaml");

describe("hook install", () => {
  it("shows all that it will write, and without an answer does nothing", async () => {
    const w = homes();
    const before = fingerprint(w.root);
    const { code, stdout, stderr } = await hook(w, ["install", ...HERMES]);
    expect(code).toBe(3);
    expect(stderr).toBe(
      "checkpoints: no terminal to ask on, so nothing was changed\n" +
        "To run it: checkpoints hook install --yes --agent hermes\n",
    );
    expect(stdout).toContain(`Write ${w.home}/hooks/checkpoint-gc/HOOK.yaml\n  name: checkpoint-gc\n`);
    expect(stdout).toContain("  def handle(event_type, context):\n");
    expect(stdout).toContain(`Change ${config(w)}\n  + hooks: # checkpoint-gc\n`);
    expect(stdout).not.toMatch(/^ {2}[+-] a: 1$/m);
    expect(stdout).toContain("Hermes will ask once");
    expect(stdout).toContain("auto_prune");
    expect(diff(before, fingerprint(w.root))).toEqual([]);
    const dry = await hook(w, ["install", ...HERMES, "--dry-run"]);
    expect([dry.code, dry.stdout]).toEqual([0, `${stdout}Dry run: nothing was changed.\n`]);
    expect(diff(before, fingerprint(w.root))).toEqual([]);
  });

  it("installs in every program that is used here, once, and remove leaves no trace", async () => {
    const w = homes();
    writeFileSync(join(w.root, ".claude/settings.json"), '{\n  "model": "x"\n}\n');
    writeFileSync(join(w.root, ".gemini/settings.json"), "{}\n");
    for (const name of [".hermes/hooks", ".openclaw/hooks", ".config/opencode/plugins"]) mkdirSync(join(w.root, name));
    const before = seen(w);
    expect(await states(w)).toEqual(all("missing"));
    expect(await hook(w, ["install", "--yes"])).toMatchObject({ code: 0, stderr: "" });
    expect(await states(w)).toEqual(all("installed"));
    const installed = fingerprint(w.root);
    const again = await hook(w, ["install", "--yes"]);
    expect([again.code, again.stdout]).toEqual([0, "Installed and up to date: nothing to do.\n"]);
    expect(diff(installed, fingerprint(w.root))).toEqual([]);
    expect(await hook(w, ["remove", "--yes"])).toMatchObject({ code: 0, stderr: "" });
    expect(diff(before, seen(w))).toEqual([]);
    const none = await hook(w, ["remove", "--yes"]);
    expect([none.code, none.stdout]).toEqual([0, "No hook is installed: nothing to remove.\n"]);
  });

  it("installs in the programs that were named alone, and only where these are used", async () => {
    const w = homes();
    expect((await hook(w, ["install", "--yes", "--agent", "gemini"])).code).toBe(0);
    expect((await states(w)).filter((line) => !line.endsWith(" missing"))).toEqual([
      "gemini .gemini/settings.json installed",
    ]);
    rmSync(join(w.root, ".openclaw"), { recursive: true });
    const { code, stderr } = await hook(w, ["install", "--yes", "--agent", "openclaw"]);
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining(".openclaw does not exist: expected a home of OpenClaw"),
    ]);
    expect(existsSync(join(w.root, ".openclaw"))).toBe(false);
  });

  it("starts our command for the agent that it is in", async () => {
    const w = homes();
    await hook(w, ["install", "--yes"]);
    const { hooks } = documentOf(await hook(w, ["status", "--json"]));
    const started = new Map(hooks.map(({ agent, argv }) => [agent, argv?.slice(1).join(" ")]));
    expect(started.get("hermes")).toBe(`${COMMAND} auto --detach --quiet --home ${w.home}`);
    expect(started.get("opencode")).toBe(`${COMMAND} auto --detach --quiet --agent opencode`);
    expect(started.get("claude")).toMatch(/ --agent hermes .*--agent opencode/);
  });

  it("with --opt-in is the consent, which status and a second install do not take for a change", async () => {
    const w = homes();
    expect((await hook(w, ["install", "--yes", ...HERMES, "--opt-in"])).stdout).not.toContain("auto_prune");
    expect(readFileSync(config(w), "utf8")).toContain(" --opt-in");
    expect(await states(w, ...HERMES)).toEqual(all("installed").slice(0, 3));
    expect((await hook(w, ["install", "--yes", ...HERMES])).code).toBe(0);
    expect(readFileSync(config(w), "utf8")).not.toContain(" --opt-in");
  });

  it("takes another home, and refuses what has no meaning for it", async () => {
    const w = homes();
    const other = join(w.root, "other home");
    mkdirSync(other);
    expect((await hook(w, ["install", "--yes", "--home", other])).code).toBe(0);
    expect(existsSync(join(other, "hooks/checkpoint-gc/handler.py"))).toBe(true);
    expect(await states(w, ...HERMES)).toEqual(all("missing").slice(0, 3));
    for (const words of [
      ["--base", w.base],
      ["--set", "trash_days=3"],
      ["--agent", "kilo"],
      ["--home", ""],
    ]) {
      expect((await hook(w, ["install", "--yes", ...words])).code, words.join(" ")).toBe(2);
    }
  });

  it("--json never asks, and tells every step", async () => {
    const w = homes();
    expect(documentOf(await hook(w, ["install", "--json"]))).toMatchObject({
      status: "declined",
      error: { code: "declined" },
    });
    const done = documentOf(await hook(w, ["install", "--json", "--yes"]));
    expect(done.steps.map(({ kind, outcome }) => `${kind} ${outcome}`).toSorted()).toEqual([
      ...Array.from({ length: 3 }, () => "edit done"),
      ...Array.from({ length: 5 }, () => "write done"),
    ]);
    expect(done.hooks.every(({ state }) => state === "installed")).toBe(true);
    const removed = documentOf(await hook(w, ["remove", "--json", "--yes"]));
    expect(removed.hooks.every(({ state }) => state === "missing")).toBe(true);
  });
});

describe("a file of settings", () => {
  it("that is a symlink stays one, and keeps its mode", async () => {
    const w = homes();
    const target = join(w.root, "dotfiles.yaml");
    writeFileSync(target, "a: 1\n");
    chmodSync(target, 0o640);
    rmSync(config(w));
    symlinkSync("../dotfiles.yaml", config(w));
    const before = seen(w);
    expect((await hook(w, ["install", "--yes", ...HERMES])).code).toBe(0);
    expect(lstatSync(config(w)).isSymbolicLink()).toBe(true);
    expect(readFileSync(target, "utf8")).toContain("on_session_start");
    expect(statSync(target).mode & 0o777).toBe(0o640);
    await hook(w, ["remove", "--yes"]);
    rmSync(join(w.home, "hooks"), { recursive: true });
    expect(diff(before, seen(w))).toEqual([]);
  });

  it("that is not there is made, readable for its owner alone", async () => {
    const w = homes();
    rmSync(config(w));
    expect((await hook(w, ["install", "--yes", ...HERMES])).code).toBe(0);
    expect(statSync(config(w)).mode & 0o777).toBe(0o600);
    await hook(w, ["remove", "--yes"]);
    expect(readFileSync(config(w), "utf8")).toBe("");
  });

  const refusals: readonly (readonly [string, (file: string) => void, RegExp])[] = [
    ["a symlink to nothing", (file) => symlinkSync("nowhere", file), /symlink to something that is not there/],
    ["a directory", (file) => mkdirSync(file), /not a regular file/],
    ["read-only", (file) => writeFileSync(file, "a: 1\n", { mode: 0o444 }), /read-only/],
    ["mode 000", (file) => writeFileSync(file, "a: 1\n", { mode: 0o000 }), /read-only|cannot be read/],
    ["not UTF-8", (file) => writeFileSync(file, Buffer.from([0x61, 0x3a, 0xff])), /not UTF-8/],
    ["broken", (file) => writeFileSync(file, "a: [\n"), /not valid YAML/],
    ["of another shape", (file) => writeFileSync(file, "hooks: text\n"), /hooks is not a map/],
  ];
  it.each(refusals)("that is %s is left as it is, the rest is installed, and the end is 1", async (_, plant, why) => {
    const w = homes();
    rmSync(config(w));
    plant(config(w));
    const before = fingerprint(w.root);
    const { code, stderr } = await hook(w, ["install", "--yes", ...HERMES]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^checkpoints: left alone: .*config\.yaml: /);
    expect(stderr).toMatch(why);
    const changed = diff(before, fingerprint(w.root)).filter((line) => !line.includes("hooks"));
    expect(changed.filter((line) => line.includes("config.yaml"))).toEqual([]);
    expect(existsSync(join(w.home, "hooks/checkpoint-gc/handler.py"))).toBe(true);
    expect((await states(w, ...HERMES)).at(-1)).toContain("config.yaml unreadable");
  });

  it("that another program changed in between is not overwritten", () => {
    const w = world();
    const file = join(w.root, "settings");
    writeFileSync(file, "two\n");
    expect(() => replaceText(file, "one\n", "three\n")).toThrow("changed meanwhile");
    expect(() => replaceText(file, null, "three\n")).toThrow("changed meanwhile");
    expect(readFileSync(file, "utf8")).toBe("two\n");
    replaceText(file, "two\n", "three\n");
    expect(readFileSync(file, "utf8")).toBe("three\n");
  });

  it.runIf(process.getuid?.() === 0)("of another user keeps its owner", () => {
    const w = world();
    const file = join(w.root, "settings");
    writeFileSync(file, "one\n");
    chownSync(file, 54_321, 54_322);
    replaceText(file, "one\n", "two\n");
    expect([statSync(file).uid, statSync(file).gid]).toEqual([54_321, 54_322]);
  });

  it.runIf(process.getuid?.() === 0)("in the home of another user is refused to root", async () => {
    const w = homes();
    chownSync(w.home, 54_321, 54_321);
    const { code, stderr } = await hook(w, ["install", "--yes", ...HERMES]);
    expect([code, stderr]).toEqual([2, expect.stringContaining("belongs to user 54321, and this runs as root")]);
  });
});

describe("what was edited after it was installed", () => {
  it("in a file of ours is reported, and left by install and remove", async () => {
    const w = homes();
    await hook(w, ["install", "--yes", ...HERMES]);
    const handler = join(w.home, "hooks/checkpoint-gc/handler.py");
    writeFileSync(handler, `print("mine")\n${readFileSync(handler, "utf8")}`);
    expect((await states(w, ...HERMES))[1]).toContain("handler.py changed");
    const text = readFileSync(handler, "utf8");
    expect((await hook(w, ["install", "--yes", ...HERMES])).code).toBe(1);
    const { code, stderr } = await hook(w, ["remove", "--yes", ...HERMES]);
    expect([code, stderr]).toEqual([1, expect.stringMatching(/left alone: .*handler\.py: it was changed after/)]);
    expect(readFileSync(handler, "utf8")).toBe(text);
    expect(existsSync(join(w.home, "hooks/checkpoint-gc/HOOK.yaml"))).toBe(false);
    expect(readFileSync(config(w), "utf8")).toBe("# mine\na: 1\n");
  });

  it("in an entry of ours is reported, and left by install and remove", async () => {
    const w = homes();
    await hook(w, ["install", "--yes", ...HERMES]);
    const text = readFileSync(config(w), "utf8").replace("timeout: 5", "timeout: 50");
    writeFileSync(config(w), text);
    expect((await states(w, ...HERMES))[2]).toContain("config.yaml changed");
    expect((await hook(w, ["install", "--yes", ...HERMES])).code).toBe(1);
    expect((await hook(w, ["remove", "--yes", ...HERMES])).code).toBe(1);
    expect(readFileSync(config(w), "utf8")).toBe(text);
  });

  it("beside ours stays", async () => {
    const w = homes();
    await hook(w, ["install", "--yes", ...HERMES]);
    writeFileSync(config(w), `${readFileSync(config(w), "utf8")}    - command: mine\nb: 2\n`);
    writeFileSync(join(w.home, "hooks/checkpoint-gc/notes"), "mine");
    expect((await hook(w, ["remove", "--yes", ...HERMES])).code).toBe(0);
    expect(readFileSync(config(w), "utf8")).toBe(
      "# mine\na: 1\nhooks: # checkpoint-gc\n  on_session_start: # checkpoint-gc\n    - command: mine\nb: 2\n",
    );
    expect(readFileSync(join(w.home, "hooks/checkpoint-gc/notes"), "utf8")).toBe("mine");
  });

  it("a file of that name which is not ours is never written or removed", async () => {
    const w = homes();
    const file = join(w.root, ".config/opencode/plugins/checkpoint-gc.js");
    mkdirSync(join(file, ".."));
    writeFileSync(file, "export const Mine = async () => ({});\n");
    expect((await hook(w, ["install", "--yes", "--agent", "opencode"])).code).toBe(1);
    expect((await hook(w, ["remove", "--yes", "--agent", "opencode"])).code).toBe(0);
    expect(readFileSync(file, "utf8")).toBe("export const Mine = async () => ({});\n");
  });
});

describe("a hook of another version or program", () => {
  it("is reported, brought up to date in its place, and removed", async () => {
    const w = homes();
    await hook(w, ["install", "--yes", ...HERMES]);
    const old = readFileSync(config(w), "utf8").replace(COMMAND, "/opt/old/checkpoints.js");
    writeFileSync(config(w), old);
    expect((await states(w, ...HERMES))[2]).toContain("config.yaml outdated gone");
    expect((await hook(w, ["status", ...HERMES])).stdout).toContain(
      "config.yaml: does nothing, because /opt/old/checkpoints.js is not there; to fix it: checkpoints hook install --agent hermes",
    );
    expect((await hook(w, ["install", "--yes", ...HERMES])).code).toBe(0);
    expect(readFileSync(config(w), "utf8")).not.toContain("/opt/old");
    writeFileSync(config(w), old);
    expect((await hook(w, ["remove", "--yes", ...HERMES])).code).toBe(0);
    expect(readFileSync(config(w), "utf8")).toBe("# mine\na: 1\n");
  });

  it("what Python made of the handler goes with it", async () => {
    const w = homes();
    await hook(w, ["install", "--yes", ...HERMES]);
    const cache = join(w.home, "hooks/checkpoint-gc/__pycache__");
    mkdirSync(cache);
    writeFileSync(join(cache, "handler.cpython-311.pyc"), "x");
    expect((await hook(w, ["remove", "--yes", ...HERMES])).code).toBe(0);
    expect(existsSync(join(w.home, "hooks/checkpoint-gc"))).toBe(false);
  });
});

describe("hook print --agent", () => {
  it("prints what install would write, and writes nothing", async () => {
    const w = homes();
    const before = fingerprint(w.root);
    const { files } = documentOf(await hook(w, ["print", "--agent", "opencode", "--agent", "gemini", "--json"]));
    const { stdout } = await hook(w, ["print", "--agent", "opencode"]);
    expect(diff(before, fingerprint(w.root))).toEqual([]);
    await hook(w, ["install", "--yes", "--agent", "opencode", "--agent", "gemini"]);
    expect(files.map(({ path }) => readFileSync(path ?? "", "utf8"))).toEqual(files.map(({ text }) => text));
    expect(stdout).toBe(`# ${files[0]?.path}\n${files[0]?.text}`);
  });
});
