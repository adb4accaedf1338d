// A timer is written with the variables that say where agents have their things, and looks where the shell looked in which it
// was installed.

import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { AGENT_VARIABLES } from "../../src/agents/variables.ts";
import { placeVariables } from "../../src/cli/commands/schedule-variables.ts";
import { accountHome } from "../../src/fs/account.ts";
import { argvInBlock } from "../../src/schedule/render-cron.ts";
import { argvInPlist } from "../../src/schedule/render-launchd.ts";
import { argvInService } from "../../src/schedule/render-systemd.ts";
import { hash31 } from "../support/agents-store.ts";
import { git } from "../support/git.ts";
import { DAY_MS, removeTree, setTimes } from "../support/paths.ts";
import { run } from "../support/run.ts";
import { documentOf, machine } from "./machine.ts";

const HOME = accountHome() ?? "/";

/** Words of a command line that set a variable, without PATH. */
function variablesIn(argv: readonly string[] | null): readonly string[] {
  return (argv ?? []).filter((word) => /^[A-Z_]+=/.test(word) && !word.startsWith("PATH="));
}

const KINDS = [
  ["systemd", argvInService],
  ["cron", argvInBlock],
  ["launchd", argvInPlist],
] as const;

describe.each(KINDS)("a timer of %s", (kind, argvIn) => {
  const printed = async (env: Readonly<Record<string, string | undefined>>): Promise<readonly string[]> => {
    const words = ["schedule", "print", "--kind", kind, "--agent", "cline"];
    const { code, stdout, stderr } = await run(words, { env: { HOME, HERMES_HOME: undefined, ...env } });
    expect([code, stderr]).toEqual([0, ""]);
    return variablesIn(argvIn(stdout));
  };

  it("is written with all variables of agents that are set", async () => {
    const env = Object.fromEntries([...AGENT_VARIABLES, "XDG_STATE_HOME"].map((name) => [name, `/of 100%/${name}`]));
    const expected = Object.entries(env).map(([name, value]) => `${name}=${value}`);
    expect((await printed(env)).toSorted()).toEqual(expected.toSorted());
  });

  it("has none where none is set, or is empty, and never one that an agent does not go by", async () => {
    expect(await printed({})).toEqual([]);
    expect(await printed({ CLINE_DIR: "", CLINE_API_KEY: "secret", OPENCLAW_GATEWAY_TOKEN: "secret" })).toEqual([]);
  });
});

describe("a value", () => {
  const of = (env: Readonly<Record<string, string>>, userHome = "/home/ann", account: string | null = "/home/ann") =>
    placeVariables({ env, platform: "linux", userHome }, account, "/work");

  it.each([
    [
      "that is relative, where agents resolve it",
      { OPENCLAW_STATE_DIR: "state" },
      { OPENCLAW_STATE_DIR: "/work/state" },
    ],
    ["with a tilde, where agents resolve it", { HERMES_HOME: "~/h" }, { HERMES_HOME: "/home/ann/h" }],
    ["that is blank", { OPENCLAW_HOME: " " }, {}],
    ["that is relative, where no agent counts it", { CLINE_DIR: "x", GEMINI_CLI_HOME: "~", XDG_DATA_HOME: "d" }, {}],
  ])("%s", (_, env, expected) => {
    expect(of(env)).toEqual(expected);
  });

  it("of HOME is there where the account has another, and not otherwise", () => {
    expect(of({}, "/srv/ann")).toEqual({ HOME: "/srv/ann" });
    expect(of({}, "/srv/ann", null)).toEqual({ HOME: "/srv/ann" });
    expect(of({}, "/home/ann/")).toEqual({});
    expect(of({}, "ann")).toEqual({});
  });

  it("is left to Windows there, whose tasks have the variables of the user", () => {
    const windows = { env: { CLINE_DIR: "C:\\c" }, platform: "win32", userHome: "C:\\Users\\Ann" };
    expect(placeVariables(windows, "C:\\Users\\Bob", "C:\\")).toEqual({});
  });
});

/** A repository of Cline below a directory of its own, the project of which is gone. */
function orphanBelow(directory: string): string {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "cgc-timer-")));
  onTestFinished(() => removeTree(root));
  mkdirSync(join(root, "projects/other"), { recursive: true });
  const workdir = join(root, "projects/gone");
  mkdirSync(workdir);
  const path = join(directory, "data/checkpoints", hash31(workdir));
  mkdirSync(path, { recursive: true });
  const at = { repo: join(path, ".git"), workdir };
  git(at, "init", "-q");
  git(at, "config", "core.worktree", workdir);
  git(at, "config", "user.email", "checkpoint@cline.bot");
  setTimes(path, Date.now() - 3 * DAY_MS);
  rmSync(workdir, { recursive: true });
  return path;
}

it("what is installed sweeps where the variable leads, and not where an agent is without it", async () => {
  const m = machine();
  const moved = join(m.w.root, "moved cline");
  const [there, here] = [orphanBelow(moved), orphanBelow(join(m.w.root, ".cline"))];
  const env = { ...m.env, CLINE_DIR: moved };
  const sets = ["--set", "collect=cline-checkpoints", "--set", "orphan_grace_hours=0"];
  const words = ["schedule", "install", "--yes", "--agent", "cline", ...sets];
  expect((await run(words, { home: m.w, env })).code).toBe(0);
  const service = readFileSync(join(m.units, "checkpoint-gc.service"), "utf8");
  const [program = "", ...args] = argvInService(service) ?? [];
  // As systemd starts it, without the variables of the shell.
  const swept = spawnSync(program, args, { env: {}, encoding: "utf8", cwd: "/" });
  expect(swept.status, swept.stderr).toBe(0);
  expect([existsSync(there), existsSync(here)]).toEqual([false, true]);
  expect((await run(["schedule", "install", "--agent", "cline", ...sets], { home: m.w, env })).stdout).toContain(
    "nothing to do",
  );
  // A shell without the variable looks elsewhere, so its timer is another one.
  const other = documentOf(await run([...words, "--json"], { home: m.w, env: m.env }));
  expect(variablesIn(other.timers[0]?.argv ?? []).filter((word) => word.startsWith("CLINE"))).toEqual([]);
});
