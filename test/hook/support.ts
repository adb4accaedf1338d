// What the tests of the hook share: a `next` as `auto` leaves it, a package with the real bundle and a recorder in place
// of the command, and hosts that are started with it.

import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  lutimesSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";
import { leaveNotice, writeNext } from "../../src/gate/write-next.ts";
import { cleanEnv } from "../support/run.ts";
import { until } from "../support/until.ts";

export const HOUR = 3_600_000;
export const DAY: number = 24 * HOUR;

/** The state directory beside a base. */
export function stateOf(base: string): string {
  return join(dirname(base), `.${base.slice(dirname(base).length + 1)}.gc`);
}

/**
 * Leaves `next` as `auto` does at its end, `ahead` ms from now (`settings`: there was a file of our own), and later than everything in `after`: two files that are
 * written within one tick of the kernel's clock have the same ctime.
 */
export function plantNext(
  state: string,
  ahead: number,
  notice: string | null = null,
  after: readonly string[] = [],
  settings = false,
): void {
  mkdirSync(state, { recursive: true, mode: 0o700 });
  const config = join(dirname(state), "config.yaml");
  const earlier = [...after, ...(existsSync(config) ? [config] : [])];
  writeNext(state, Date.now() + ahead, { disabled: false, given: false, settings });
  if (notice !== null) leaveNotice(state, notice);
  touchAfter(join(state, "next"), earlier);
}

/** Changes the ctime of `path`, and nothing else, until it is later than that of the others. */
export function touchAfter(path: string, earlier: readonly string[]): void {
  const { atime, mtime } = statSync(path);
  do lutimesSync(path, atime, mtime);
  while (earlier.some((each) => statSync(each).ctimeMs >= statSync(path).ctimeMs));
}

/** What a recorder saw of itself. */
export interface Recording {
  readonly argv: readonly string[];
  readonly execPath: string;
  readonly execArgv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly pid: number;
  readonly session: number;
  readonly terminal: number;
  readonly nice: number;
  /** What `ionice -p` says of it; empty where it cannot be known. */
  readonly io: string;
  /** Link of each descriptor, by number. */
  readonly fds: Readonly<Record<string, string>>;
}

const RECORDER = `
  import { spawnSync } from "node:child_process";
  import { readdirSync, readFileSync, readlinkSync, renameSync, writeFileSync } from "node:fs";
  import { getPriority } from "node:os";
  const fds = {};
  for (const fd of readdirSync("/proc/self/fd")) try { fds[fd] = readlinkSync("/proc/self/fd/" + fd); } catch {}
  const [, , , , session, terminal] = readFileSync("/proc/self/stat", "utf8").replace(/^.*\\) /s, "0 ").split(" ");
  const { argv, execPath, execArgv, env, pid } = process;
  const seen = { argv: argv.slice(2), execPath, execArgv, env, cwd: process.cwd(), pid,
    session: Number(session), terminal: Number(terminal), nice: getPriority(), fds,
    io: spawnSync("ionice", ["-p", String(pid)], { encoding: "utf8" }).stdout ?? "" };
  const records = new URL("../records/", import.meta.url);
  // A sweep that is still at work: where there is a FIFO it continues once a test writes to it.
  try { readFileSync(new URL("../gate", import.meta.url)); } catch (error) { if (error.code !== "ENOENT") throw error; }
  writeFileSync(new URL(pid + ".tmp", records), JSON.stringify(seen));
  renameSync(new URL(pid + ".tmp", records), new URL(pid + ".json", records));
`;

export interface Package {
  readonly root: string;
  readonly hook: string;
  readonly command: string;
  /** The recordings, once there are so many. */
  recorded(count?: number): Promise<readonly Recording[]>;
  /** Those that are there by now. */
  soFar(): readonly Recording[];
  /** Holds every sweep back until the function that is returned is called. */
  hold(): () => void;
}

/** An installed package below `root`: dist/hook.js as the build makes it, and bin/checkpoints.js, which is the recorder. */
export async function installedPackage(root: string): Promise<Package> {
  const hook = join(root, "package", "dist", "hook.js");
  const command = join(root, "package", "bin", "checkpoints.js");
  const records = join(root, "package", "records");
  for (const path of [dirname(hook), dirname(command), records]) mkdirSync(path, { recursive: true });
  // Every user may record, whichever user the host runs as.
  chmodSync(records, 0o777);
  writeFileSync(join(root, "package", "package.json"), '{ "type": "module" }');
  writeFileSync(command, RECORDER);
  writeFileSync(hook, (await bundledHook()).code);
  const soFar = (): Recording[] =>
    readdirSync(records)
      .filter((name) => name.endsWith(".json"))
      .map((name) => JSON.parse(readFileSync(join(records, name), "utf8")) as Recording);
  const hold = (): (() => void) => {
    const gate = join(root, "package", "gate");
    execFileSync("mkfifo", ["-m", "666", gate]);
    return () => writeFileSync(gate, "");
  };
  return { root, hook, command, soFar, hold, recorded: (count = 1) => until(records, () => soFar(), count) };
}

interface Bundled {
  readonly code: string;
  readonly imports: readonly string[];
  /** Paths of all files that were packed. */
  readonly moduleIds: readonly string[];
}

let bundle: Promise<Bundled> | null = null;

/** As scripts/build/bundle.mjs makes it. */
export function bundledHook(): Promise<Bundled> {
  bundle ??= (async () => {
    const input = await rolldown({
      input: fileURLToPath(new URL("../../src/hook.ts", import.meta.url)),
      platform: "node",
      transform: { target: "node20.19", define: { __DIST__: "import.meta.url" } },
    });
    const { output } = await input.generate({ format: "esm", codeSplitting: false });
    await input.close();
    return output[0];
  })();
  return bundle;
}

export interface HostOptions {
  /** JavaScript, with `startupSweep` in scope; prints what it likes. */
  readonly program: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly nodeArgs?: readonly string[];
  /** Put in front: `strace ...`, `sh -c ...`. */
  readonly wrap?: readonly string[];
  readonly uid?: number;
  readonly cwd?: string;
}

export interface HostResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program that uses the hook of an installed package. */
export async function runHost(installed: Package, options: HostOptions): Promise<HostResult> {
  const file = join(installed.root, `host-${Math.random().toString(16).slice(2)}.mjs`);
  writeFileSync(file, `import { startupSweep } from ${JSON.stringify(installed.hook)};\n${options.program}\n`);
  const own = [...(options.nodeArgs ?? []), file];
  const [wrapper, ...wrapped] = options.wrap ?? [];
  const args = wrapper === undefined ? own : [...wrapped, process.execPath, ...own];
  const child = spawn(wrapper ?? process.execPath, args, {
    cwd: options.cwd ?? installed.root,
    env: cleanEnv({ env: { HOME: installed.root, ...options.env } }),
    stdio: ["ignore", "pipe", "pipe"],
    ...(options.uid === undefined ? {} : { uid: options.uid, gid: options.uid }),
  });
  const [stdout, stderr, code] = await Promise.all([textOf(child.stdout), textOf(child.stderr), closed(child)]);
  return { code, stdout, stderr };
}

async function textOf(stream: NodeJS.ReadableStream): Promise<string> {
  let text = "";
  for await (const chunk of stream) text += String(chunk);
  return text;
}

function closed(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
}

/** Whether there is a program that does what it should here: some are there and forbidden, as strace is in containers. */
export function works(name: string, ...args: readonly string[]): boolean {
  return spawnSync(name, args, { stdio: "ignore" }).status === 0;
}

/** A logger that keeps what it gets. */
export function keepingLogger(): {
  readonly lines: string[];
  debug: (fields: unknown, message?: string) => void;
  info: (fields: unknown, message?: string) => void;
  warn: (fields: unknown, message?: string) => void;
} {
  const lines: string[] = [];
  const keep = (level: string) => (fields: unknown, message?: string) => {
    lines.push(`${level} ${message ?? ""} ${JSON.stringify(fields)}`);
  };
  return { lines, debug: keep("debug"), info: keep("info"), warn: keep("warn") };
}
