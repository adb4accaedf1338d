import { chmodSync, chownSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { startupSweep, type StartupSweep, type StartupSweepOptions } from "../../src/hook.ts";
import { setTimes } from "../support/paths.ts";
import { world } from "../support/world.ts";
import { HOUR, installedPackage, keepingLogger, plantNext, runHost, stateOf } from "./support.ts";

const command = ["true"];
const unavailable: StartupSweep = { status: "unavailable", pid: null, notice: null };
const disabled: StartupSweep = { status: "disabled", pid: null, notice: null };
const root = process.getuid?.() === 0;

describe("switched off", () => {
  it.each<[string, StartupSweepOptions]>([
    ["by the host", { enabled: false }],
    ["by CHECKPOINT_GC=off", { env: { ...process.env, CHECKPOINT_GC: "off" } }],
    ["in any case", { env: { ...process.env, CHECKPOINT_GC: " Off\n" }, enabled: true }],
    ["inside a sweep", { env: { ...process.env, CHECKPOINT_GC_DETACHED: "1" } }],
  ])("%s", (_name, options) => {
    const made = world();
    const logger = keepingLogger();
    expect(startupSweep({ home: made.home, command, logger, ...options })).toEqual(disabled);
    expect(logger.lines).toEqual([]);
  });

  it("by a person, also where the host brings an environment of its own", () => {
    const made = world();
    process.env["CHECKPOINT_GC"] = "off";
    try {
      expect(startupSweep({ home: made.home, command, env: {} })).toEqual(disabled);
    } finally {
      delete process.env["CHECKPOINT_GC"];
    }
    expect(startupSweep({ home: made.home, command, env: process.env }).status).toBe("started");
  });

  it("is neither of these", () => {
    const made = world();
    for (const value of ["on", "", "1"]) {
      const env = { ...process.env, CHECKPOINT_GC: value };
      expect(startupSweep({ home: made.home, command, env }).status).toBe("started");
    }
  });
});

describe("never throws", () => {
  const trap = (): never => {
    throw new Error("a getter of the host");
  };

  it.each<[string, unknown]>([
    ["null", null],
    ["a number for a home", { home: 7 }],
    ["an empty home", { home: "" }],
    ["a NUL in the home", { home: "/tmp/a\0b" }],
    ["a home too long for the system", { home: `/${"x".repeat(5000)}` }],
    ["an empty base", { base: " " }],
    ["a wrong setting", { settings: { retention_days: Number.NaN } }],
    ["an unknown setting", { settings: { retention: 1 } }],
    ["a command that is a text", { command: "checkpoints" }],
    ["a NUL in the command", { command: ["true", "a\0b"] }],
    ["an argument too long for the system", { command: ["true", "x".repeat(1 << 22)] }],
    ["a value with a NUL in the environment", { env: { PATH: process.env["PATH"], HOME: "/a\0b" } }],
    ["options that throw", Object.defineProperty({}, "home", { get: trap, enumerable: true })],
    ["a logger that throws", { command: ["no-such-program"], logger: { debug: trap, info: trap, warn: trap } }],
    ["a logger that is none", { command: ["no-such-program"], logger: {} }],
    ["a logger that cannot be had", Object.defineProperty({ command: [] }, "logger", { get: trap })],
  ])("%s", (_name, options) => {
    const made = world();
    const own =
      options === null
        ? null
        : Object.defineProperties({ home: made.home, command }, Object.getOwnPropertyDescriptors(options));
    expect(startupSweep(own as unknown as StartupSweepOptions)).toEqual(unavailable);
  });

  it("starts a sweep also where the logger throws", () => {
    const made = world();
    const logger = { debug: trap, info: trap, warn: trap };
    expect(startupSweep({ home: made.home, command, logger }).status).toBe("started");
  });

  it("logs why, and logs nothing when nothing is wrong", () => {
    const made = world();
    const logger = keepingLogger();
    startupSweep({ home: made.home, command: ["no-such-program"], logger });
    startupSweep({ home: made.home, command, settings: { trash_days: -1 }, logger });
    expect(logger.lines).toEqual([
      'warn checkpoint-gc: cannot sweep: there is no program no-such-program {"event":"startup-sweep","reason":"there is no program no-such-program"}',
      expect.stringMatching(/^warn checkpoint-gc: cannot sweep: settings\.trash_days is -1, expected 0 to 36500 /),
    ]);
    plantNext(stateOf(made.base), HOUR);
    const quiet = keepingLogger();
    startupSweep({ home: made.home, command, logger: quiet });
    expect(quiet.lines).toEqual([]);
  });

  it("survives a program that the system cannot start", async () => {
    const made = world();
    const installed = await installedPackage(made.root);
    const broken = join(made.root, "broken");
    writeFileSync(broken, "#!/nowhere/interpreter\n");
    chmodSync(broken, 0o755);
    const program = `
      const answer = startupSweep({ home: ${JSON.stringify(made.home)}, command: [${JSON.stringify(broken)}], env: {} });
      setImmediate(() => console.log(answer.status, answer.pid));`;
    expect(await runHost(installed, { program })).toEqual({ code: 0, stdout: "unavailable null\n", stderr: "" });
  });

  it("survives a working directory that is gone", async () => {
    const made = world();
    const installed = await installedPackage(made.root);
    const program = `
      import { mkdirSync, rmdirSync } from "node:fs";
      mkdirSync("gone"); process.chdir("gone"); rmdirSync("../gone");
      console.log(startupSweep({ home: "relative", command: ["true"] }).status);
      console.log(startupSweep({ home: ${JSON.stringify(made.home)}, command: ["true"] }).status);`;
    expect(await runHost(installed, { program })).toEqual({ code: 0, stdout: "unavailable\nstarted\n", stderr: "" });
  });
});

describe("a home of another user or without access", () => {
  it.runIf(root)("root starts nothing in it", () => {
    for (const which of ["home", "base"] as const) {
      const made = world();
      expect(startupSweep({ home: made.home, command }).status).toBe("started");
      chownSync(made[which], 65_534, 65_534);
      const logger = keepingLogger();
      expect(startupSweep({ home: made.home, command, logger })).toEqual(unavailable);
      expect(logger.lines.join()).toContain("belongs to user 65534, and this is root");
    }
  });

  it.each([
    ["accessible", 0o700, 0o700, "started"],
    ["read-only", 0o700, 0o500, "unavailable"],
    ["unreadable", 0o700, 0o000, "unavailable"],
    ["in a home that cannot be entered", 0o000, 0o700, "unavailable"],
  ])("a base that is %s", async (_name, homeMode, baseMode, status) => {
    const made = world();
    const installed = await installedPackage(made.root);
    chmodSync(made.root, 0o755);
    if (root) for (const path of [made.home, made.base]) chownSync(path, 65_534, 65_534);
    chmodSync(made.base, baseMode);
    chmodSync(made.home, homeMode);
    const program = `console.log(startupSweep({ home: ${JSON.stringify(made.home)}, command: ["true"] }).status);`;
    const answer = await runHost(installed, { program, ...(root ? { uid: 65_534 } : {}) });
    chmodSync(made.home, 0o700);
    expect(answer).toEqual({ code: 0, stdout: `${status}\n`, stderr: "" });
  });

  it.runIf(root)("another user's state starts nothing, whatever it says", async () => {
    const made = world();
    const installed = await installedPackage(made.root);
    chmodSync(made.root, 0o755);
    for (const path of [made.home, made.base]) chownSync(path, 65_534, 65_534);
    mkdirSync(stateOf(made.base), { mode: 0o755 });
    writeFileSync(join(stateOf(made.base), "next"), "");
    setTimes(join(stateOf(made.base), "next"), Date.now() - HOUR);
    const program = `console.log(startupSweep({ home: ${JSON.stringify(made.home)}, command: ["true"] }).status);`;
    expect((await runHost(installed, { program, uid: 65_534 })).stdout).toBe("unavailable\n");
    chownSync(stateOf(made.base), 65_534, 65_534);
    expect((await runHost(installed, { program, uid: 65_534 })).stdout).toBe("started\n");
  });
});
