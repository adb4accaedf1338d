// config set and config unset, with the built command.

import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { run, type RunResult } from "../support/run.ts";
import { world, type World } from "../support/world.ts";

interface Place {
  readonly w: World;
  readonly own: string;
  readonly config: (...args: readonly string[]) => Promise<RunResult>;
}

function place(): Place {
  const w = world();
  const env = { XDG_CONFIG_HOME: join(w.root, "etc") };
  return {
    w,
    own: join(w.root, "etc/checkpoint-gc/config.yaml"),
    config: async (...args) => run(["config", ...args], { home: w, env }),
  };
}

const read = (path: string): string => readFileSync(path, "utf8");

describe("config set", () => {
  it("writes our own file, shows the lines, and the value counts", async () => {
    const { own, config } = place();
    const { code, stdout } = await config("set", "retention_days", "30d");
    expect(code).toBe(0);
    expect(stdout).toMatch(/^~\/etc\/checkpoint-gc\/config\.yaml\n\+ retention_days: 30\n$/);
    expect(read(own)).toBe("retention_days: 30\n");
    expect(statSync(own).mode & 0o777).toBe(0o600);
    expect((await config()).stdout).toMatch(/retention_days +30 /);
    expect((await config("set", "retention_days", "30")).stdout).toContain("has this value already: nothing to do");
  });

  it.each([
    [["auto_prune", "true"], "auto_prune: true\n"],
    [["max_size", "2G"], "max_size: 2G\n"],
    [["max_size", "0"], "max_size: 0\n"],
    [["max_size=2G"], "max_size: 2G\n"],
    [["collect", ""], "collect: []\n"],
    [["keep", "~/a b", "~/c/**"], 'keep: ["~/a b", "~/c/**"]\n'],
    [
      ["collect", "hermes-shadow,hermes-store", "hermes-debris"],
      'collect: ["hermes-shadow", "hermes-store", "hermes-debris"]\n',
    ],
    [["auto_prune", "true", "--agent", "kilo"], "agents:\n  kilo:\n    auto_prune: true\n"],
    [["kinds.hermes-sessions.retention_days", "90"], "kinds:\n  hermes-sessions:\n    retention_days: 90\n"],
  ])("%j", async (args, text) => {
    const { own, config } = place();
    expect((await config("set", ...args)).code).toBe(0);
    expect(read(own)).toBe(text);
    expect((await config()).code).toBe(0);
  });

  it("with --home edits that home's file, and keeps all else in it", async () => {
    const { w, config } = place();
    const file = join(w.home, "config.yaml");
    const rest = "model:   big # mine\nhooks: {a: [x,  y]}\n";
    writeFileSync(file, rest, { mode: 0o640 });
    expect((await config("set", "retention_days", "30", "--home", w.home)).code).toBe(0);
    expect(read(file)).toBe(`${rest}checkpoint_gc:\n  retention_days: 30\n`);
    expect(statSync(file).mode & 0o777).toBe(0o640);
    expect((await config("unset", "retention_days", "--home", w.home)).code).toBe(0);
    expect(read(file)).toBe(rest);
  });

  it("says which file counts instead", async () => {
    const { w, config } = place();
    w.settings({ retention_days: 5 }, "checkpoint_gc");
    const { stdout } = await config("set", "retention_days", "30");
    expect(stdout).toContain("~/.hermes/config.yaml sets retention_days too, and counts there.");
    expect((await config("unset", "retention_days")).stdout).toContain(
      "~/.hermes/config.yaml still sets retention_days.",
    );
  });

  it("keeps the former name of a setting that a file has", async () => {
    const { own, config } = place();
    mkdirSync(join(own, ".."), { recursive: true });
    writeFileSync(own, "stores: [hermes-shadow]\n");
    await config("set", "collect", "hermes-store");
    expect(read(own)).toBe('stores: ["hermes-store"]\n');
  });

  it("with -n writes nothing", async () => {
    const { own, config } = place();
    const { stdout } = await config("set", "max_size", "2G", "-n");
    expect(stdout).toContain("+ max_size: 2G\nDry run: nothing was changed.");
    expect(existsSync(own)).toBe(false);
  });

  it("writes through a symlink", async () => {
    const { w, own, config } = place();
    const real = join(w.root, "real.yaml");
    writeFileSync(real, "# mine\n");
    mkdirSync(join(own, ".."), { recursive: true });
    symlinkSync(real, own);
    await config("set", "max_size", "2G");
    expect(read(real)).toBe("# mine\nmax_size: 2G\n");
  });

  it("prints a document", async () => {
    const { own, config } = place();
    const done = (await config("set", "max_size", "2G", "--json")).json();
    expect(done).toMatchObject({
      command: "config set",
      status: "done",
      edit: { file: own, key: "max_size", changes: ["+ max_size: 2G"], written: true, overridden: [] },
    });
    const wrong = await config("set", "max_size", "2", "--json");
    expect(wrong.code).toBe(2);
    expect(wrong.json()).toMatchObject({ command: "config set", status: "error", edit: null });
  });

  it.each([
    [["set", "retension_days", "3"], '"retension_days" is not a setting', "Did you mean retention_days?"],
    [["set", "retention_days", "soon"], 'retention_days is "soon": expected a number of days', ""],
    [["set", "retention_days", "3", "4"], "retention_days takes one value, but got 2", ""],
    [["set", "retention_days"], "retention_days has no value", ""],
    [["set", "max_size", "2"], 'max_size is "2": expected a size with a unit', ""],
    [["set", "collect", "nothing-like-it"], 'collect is "nothing-like-it": expected one of', ""],
    [["set", "max_size", "2G", "--agent", "kilo", "--agent", "cline"], "expected one agent", ""],
    [["set", "max_size", "2G", "--base", "/tmp"], "--base has no file of settings", ""],
    [["set", "max_size", "2G", "--home", "/nowhere/at/all"], "the home /nowhere/at/all does not exist", ""],
    [["set", "kinds.hermes-sessions.max_size", "2G"], '"kinds.hermes-sessions.max_size" is not a setting', ""],
    [["set", "kinds.none-such.retention_days", "2"], "kinds.none-such", ""],
    [["unset", "nothing"], '"nothing" is not a setting', ""],
  ])("%j is refused, and nothing is written", async (args, message, hint) => {
    const { own, config } = place();
    const { code, stderr } = await config(...args);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
    expect(stderr).toContain(hint);
    expect(existsSync(own)).toBe(false);
  });

  it.each([
    ["broken YAML", "max_size: [2\n", 0o644, "not valid YAML"],
    ["a list", "- 1\n", 0o644, "cannot be edited by a command: it has a list at the top"],
    ["a file that is read-only", "max_size: 1G\n", 0o444, "it is read-only"],
  ])("refuses %s, and leaves it as it is", async (_, text, mode, message) => {
    const { own, config } = place();
    mkdirSync(join(own, ".."), { recursive: true });
    writeFileSync(own, text);
    chmodSync(own, mode);
    const { code, stderr } = await config("set", "max_size", "2G");
    expect(code).toBe(2);
    expect(stderr).toContain(message);
    expect(read(own)).toBe(text);
  });

  it("says that it cannot write, where the directory is another user's", async (test) => {
    if (process.getuid?.() !== 0) return test.skip("SKIPPED: to be another user needs root");
    const w = world();
    chmodSync(w.root, 0o755);
    const etc = join(w.root, "etc");
    mkdirSync(etc, { mode: 0o755 });
    const { code, stderr } = await run(["config", "set", "max_size", "2G"], {
      home: w,
      env: { XDG_CONFIG_HOME: etc },
      uid: 65_534,
    });
    expect(code).toBe(2);
    expect(stderr).toContain("cannot be written (EACCES): nothing was changed");
  });

  it("can mend a file with several mistakes, one after the other", async () => {
    const { own, config } = place();
    mkdirSync(join(own, ".."), { recursive: true });
    writeFileSync(own, "retention_days: soon\nretension: 3\n");
    expect((await config("set", "retention_days", "30")).code).toBe(0);
    expect((await config("unset", "retension")).code).toBe(0);
    expect(read(own)).toBe("retention_days: 30\n");
    expect((await config()).code).toBe(0);
  });
});
