/**
 * Starts a detached program: a session of its own, so that neither the terminal's hang-up nor Ctrl-C reaches it; none
 * of our descriptors; `/` as its directory, so that it keeps no mount busy.
 */
import type { ChildProcess } from "node:child_process";
import { node } from "../locations/builtins.ts";

/** The usual limit of a process, and a shell gives no higher numbers; a gateway with thousands of sockets must not wait. */
const MAX_DESCRIPTORS = 1024;

/** O_CLOEXEC as Linux writes it in fdinfo. */
const CLOSE_ON_EXEC = 0o2000000;

/** Its pid. Throws where it cannot be started. */
export function launch(argv: readonly string[], env: Readonly<Record<string, string>>): number {
  const child = spawnDetached(argv, env, "ignore");
  // Without a listener what could not be started (EAGAIN, EMFILE) would end the host, one turn later.
  child.on("error", () => undefined);
  child.unref();
  if (child.pid === undefined) throw new Error(`${argv[0] ?? ""} could not be started`);
  return child.pid;
}

/**
 * The same, with readable output. The caller must listen for `error`, which reports a program that could not be
 * started.
 */
export function spawnDetached(
  argv: readonly string[],
  env: Readonly<Record<string, string>>,
  output: "ignore" | "pipe",
): ChildProcess {
  const [file = "", ...args] = argv;
  // Loading it costs a millisecond, which the usual start need not pay.
  const { spawn } = node.childProcess;
  const leaking = leakingDescriptors();
  const devNull = leaking.length > 0 ? node.fs.openSync("/dev/null", "r+") : null;
  try {
    return spawn(file, args, {
      detached: true,
      cwd: node.path.parse(process.execPath).root,
      env,
      stdio: ["ignore", output, output, ...(devNull === null ? [] : replacements(leaking, devNull))],
      windowsHide: true,
    });
  } finally {
    if (devNull !== null) node.fs.closeSync(devNull);
  }
}

/**
 * What replaces descriptor 3 and those after it. Node cannot close a descriptor in the child, so it is opened on the
 * null device or ignored.
 */
function replacements(leaking: readonly number[], nothing: number): ("ignore" | number)[] {
  return Array.from({ length: Math.max(...leaking) - 2 }, (_, at) => (leaking.includes(at + 3) ? nothing : "ignore"));
}

/**
 * Descriptors that a new process would inherit. Node closes those it opened itself, and of those it was started with the
 * ones up to 16 and on to the first gap; `exec 200>lock; flock 200; agent` is beyond, and a sweep that inherited it
 * would keep the lock for as long as it runs. macOS closes all by itself, and Windows has none to inherit.
 */
function leakingDescriptors(): readonly number[] {
  if (process.platform !== "linux") return [];
  try {
    const open = node.fs.readdirSync("/proc/self/fd").map(Number);
    return open.filter((fd) => fd > 2 && fd < MAX_DESCRIPTORS && isInherited(fd));
  } catch {
    // No /proc: then Node's own closing has to suffice.
    return [];
  }
}

function isInherited(fd: number): boolean {
  try {
    const flags = /^flags:\s*([0-7]+)/m.exec(node.fs.readFileSync(`/proc/self/fdinfo/${fd}`, "utf8"))?.[1];
    return flags !== undefined && (Number.parseInt(flags, 8) & CLOSE_ON_EXEC) === 0;
  } catch {
    // The descriptor that listed the directory is closed by now.
    return false;
  }
}
