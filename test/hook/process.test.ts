import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type World, world } from "../support/world.ts";
import {
  bundledHook,
  HOUR,
  type HostOptions,
  type HostResult,
  installedPackage,
  type Package,
  plantNext,
  runHost,
  stateOf,
  works,
} from "./support.ts";

interface Scene {
  readonly made: World;
  readonly installed: Package;
  readonly host: (program: string, options?: Omit<HostOptions, "program">) => Promise<HostResult>;
}

/** A home that is due, an installed package, and hosts that take the home from their environment. */
async function scene(): Promise<Scene> {
  const made = world();
  const installed = await installedPackage(made.root);
  const host: Scene["host"] = (program, options = {}) =>
    runHost(installed, { program, ...options, env: { HERMES_HOME: made.home, ...options.env } });
  return { made, installed, host };
}

/** What a sweep is started with is only seen by looking at it, and /proc is where. */
describe.runIf(process.platform === "linux")("the sweep that is started", () => {
  it("is our command, run by the host's Node without the host's arguments", async () => {
    const { made, installed, host } = await scene();
    const program =
      "console.log(startupSweep({ enabled: true, settings: { retention_days: 3, keep: ['~/a', '/b'] } }).pid);";
    const { stdout } = await host(program, { nodeArgs: ["--no-warnings", "--max-old-space-size=128"] });
    const [seen] = await installed.recorded();
    const settings = ["--set", "retention_days=3", "--set", "keep=~/a", "--set", "keep=/b"];
    expect(seen?.argv).toEqual(["auto", "--home", made.home, "--opt-in", ...settings]);
    expect(seen?.execPath).toBe(process.execPath);
    expect(seen?.execArgv).toEqual([]);
    expect(`${seen?.pid}\n`).toBe(stdout);
  });

  it("gets --base, or --home and --base", async () => {
    const { made, installed, host } = await scene();
    const base = JSON.stringify(made.base);
    await host(`startupSweep({ base: ${base} });`);
    await host(`startupSweep({ home: "~/.hermes", base: ${base} });`, { env: { HOME: made.root } });
    const seen = (await installed.recorded(2)).map(({ argv }) => argv.join(" ")).toSorted();
    expect(seen).toEqual([`auto --base ${made.base}`, `auto --home ${made.home} --base ${made.base}`]);
  });

  it("has an environment by allow list", async () => {
    const { made, installed, host } = await scene();
    const secrets = {
      OPENAI_API_KEY: "sk-1",
      ANTHROPIC_API_KEY: "sk-2",
      AWS_SECRET_ACCESS_KEY: "sk-3",
      GITHUB_TOKEN: "sk-4",
      SSH_AUTH_SOCK: "/tmp/agent",
      NODE_OPTIONS: "--no-deprecation",
      NODE_EXTRA_CA_CERTS: "/nowhere",
      GIT_DIR: "/nowhere",
      BASH_ENV: "/nowhere",
      LC_SECRET_1: "sk-5",
      CHECKPOINT_GC_KEY: "sk-6",
      Path: "sk-7",
    };
    const harmless = { LC_ALL: "C.UTF-8", LC_TIME: "C", TMPDIR: "/tmp", USER: "ada", CHECKPOINT_GC: "on" };
    await host("startupSweep();", { env: { ...secrets, ...harmless } });
    const [seen] = await installed.recorded();
    expect(seen?.env).toEqual({
      ...harmless,
      PATH: process.env["PATH"],
      HOME: made.root,
      HERMES_HOME: made.home,
      LANG: "C.UTF-8",
      TZ: "UTC",
      CHECKPOINT_GC_DETACHED: "1",
    });
  });

  it("takes it from the host where that brings one", async () => {
    const { made, installed, host } = await scene();
    await host(`startupSweep({ env: { HERMES_HOME: ${JSON.stringify(made.home)}, KEY: "sk-1", TZ: "UTC" } });`, {
      env: { HERMES_HOME: "/nowhere", LC_ALL: "C" },
    });
    const [seen] = await installed.recorded();
    expect(seen?.env).toEqual({ HERMES_HOME: made.home, TZ: "UTC", CHECKPOINT_GC_DETACHED: "1" });
    expect(seen?.argv).toEqual(["auto", "--home", made.home]);
  });

  it("is alone: own session, no terminal, no descriptor of the host, `/`, and polite", async () => {
    const { installed, host } = await scene();
    await host("startupSweep();");
    const [seen] = await installed.recorded();
    expect(seen).toMatchObject({ cwd: "/", terminal: 0, nice: 19 });
    expect(seen?.session).toBe(seen?.pid);
    expect([seen?.fds["0"], seen?.fds["1"], seen?.fds["2"]]).toEqual(Array(3).fill("/dev/null"));
    // Where it is forbidden, as in some containers, the sweep continues without it.
    const idle = spawnSync("ionice", ["-t", "-c", "3", "ionice"], { encoding: "utf8" });
    expect(seen?.io).toBe(works("ionice") ? idle.stdout : "");
  });

  it.runIf(works("script", "-qec", "true", "/dev/null"))("has no terminal though the host has one", async () => {
    const { installed, host } = await scene();
    const program = `
      import { openSync } from "node:fs";
      openSync("/dev/tty", "r");
      startupSweep();`;
    const { code } = await host(program, { wrap: ["sh", "-c", 'script -qec "$*" /dev/null', "sh"] });
    expect(code).toBe(0);
    const [seen] = await installed.recorded();
    expect(seen?.terminal).toBe(0);
    expect(Object.values(seen?.fds ?? {}).filter((link) => /^\/dev\/(?:tty|pts)/.test(link))).toEqual([]);
  });

  it("does not keep a lock that the host was started under", async () => {
    const { made, installed, host } = await scene();
    const letGo = installed.hold();
    // 9 is one that Node closes by itself, 200 is the one that everybody writes.
    const lock = join(made.root, "held.lock");
    const script = `exec 9>${lock}.9 200>${lock}; flock -n 200 && exec "$@"`;
    const { stdout, code } = await host(
      `import { openSync } from "node:fs"; openSync("held.by-host", "w"); console.log(startupSweep().status);`,
      { wrap: ["bash", "-c", script, "bash"] },
    );
    expect([stdout, code]).toEqual(["started\n", 0]);
    expect(spawnSync("flock", ["-n", lock, "true"]).status).toBe(0);
    letGo();
    const [seen] = await installed.recorded();
    const held = Object.entries(seen?.fds ?? {}).filter(([, link]) => link.includes("held"));
    expect(held).toEqual([]);
    expect(seen?.fds["200"]).toBe("/dev/null");
  });

  it("continues after the host has ended, whose output and exit code are unchanged", async () => {
    const { made, installed, host } = await scene();
    const letGo = installed.hold();
    const body = (call: string): string => `
      process.stdout.write("héllo\\n"); process.stderr.write("a warning\\n");
      const open = process.getActiveResourcesInfo().length;
      const status = ${call};
      process.exitCode = 7 + process.getActiveResourcesInfo().length - open;
      if (status !== "started") process.exitCode = 1;`;
    const without = await host(body('"started"'));
    const started = await host(body("startupSweep().status"));
    expect(started).toEqual(without);
    expect(started).toEqual({ code: 7, stdout: "héllo\n", stderr: "a warning\n" });
    expect(installed.soFar()).toEqual([]);
    letGo();
    expect(await installed.recorded()).toHaveLength(1);
    expect(readFileSync(join(made.home, "..", "work", "notes.txt"), "utf8")).not.toBe("");
  });

  it("is started by a host that exits at once, and by one that is not the main thread", async () => {
    const { installed, host } = await scene();
    await host("startupSweep(); process.exit(0);");
    await host(`
      import { isMainThread, Worker } from "node:worker_threads";
      if (isMainThread) new Worker(new URL(import.meta.url)); else startupSweep();`);
    expect(await installed.recorded(2)).toHaveLength(2);
  });

  it("does not start another, should the command turn out to be the host itself", async () => {
    const { installed, host } = await scene();
    const again = `startupSweep({ command: [process.execPath, process.argv[1]] });`;
    const program = `
      const { status } = ${again}
      if (status !== "started") await import(${JSON.stringify(installed.command)});`;
    expect((await host(program)).code).toBe(0);
    const [seen] = await installed.recorded();
    expect(seen?.env["CHECKPOINT_GC_DETACHED"]).toBe("1");
    expect(await installed.recorded()).toHaveLength(1);
  });
});

describe("what it costs", () => {
  it("imports no module, and bundles only files that use built-ins alone", async () => {
    const { imports, moduleIds } = await bundledHook();
    expect(imports).toEqual([]);
    expect(
      moduleIds.filter(
        (path) =>
          !/\/src\/(?:hook\.ts|(?:hook|locations|model|agents\/hermes)\/[a-z-]+\.ts|agents\/(?:[a-z]+\/)?variables\.ts|gate\/(?:next|off-switch)\.ts)$/.test(
            path,
          ),
      ),
    ).toEqual([]);
  });

  it.each([
    ["due", -1, "started", true],
    ["not due", HOUR, "not-due", false],
  ])("loads what starts processes only when it starts one: %s", async (_name, ahead, status, loaded) => {
    const { made, host } = await scene();
    plantNext(stateOf(made.base), ahead);
    const program = `
      const { status } = startupSweep();
      console.log(status, process.moduleLoadList.includes("NativeModule child_process"));`;
    expect((await host(program)).stdout).toBe(`${status} ${loaded}\n`);
  });

  const traces = process.platform === "linux" && works("strace", "-f", "-e", "trace=none", "true");
  if (!traces) console.warn("no strace that works here: the file accesses of the hook are not counted");

  it.runIf(traces)("is two looks and no process when nothing is due", async () => {
    const { made, host } = await scene();
    made.settings({ auto_prune: true });
    plantNext(stateOf(made.base), HOUR);
    const traced = async (call: string): Promise<{ looks: string[]; processes: number }> => {
      const log = join(made.root, "trace");
      const wrap = ["strace", "-f", "-s", "4096", "-e", "trace=file,process", "-o", log];
      const { code, stderr } = await host(call, { wrap });
      expect([code, stderr]).toEqual([0, ""]);
      const lines = readFileSync(log, "utf8").split("\n");
      const looks = lines.filter((line) => line.includes(`"${made.home}`) && !line.includes("execve("));
      const processes = lines.filter((line) => /\bv?fork\(|\bclone3?\(/.test(line) && !line.includes("CLONE_THREAD"));
      return { looks, processes: processes.length };
    };
    const { looks, processes } = await traced("startupSweep();");
    expect(looks.map((line) => /"([^"]+)"/.exec(line)?.[1])).toEqual([
      join(stateOf(made.base), "next"),
      join(made.home, "config.yaml"),
    ]);
    expect(processes).toBe(0);

    expect(await traced("startupSweep({ enabled: false });")).toEqual({ looks: [], processes: 0 });

    plantNext(stateOf(made.base), -1);
    expect((await traced("startupSweep({ command: ['true'] });")).processes).toBe(1);
  });
});
