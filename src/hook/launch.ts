/**
 * Starts a program that has nothing more to do with us: a session of its own, so that neither the terminal's hang-up nor
 * Ctrl-C reaches it; no descriptor of ours; `/` as its directory, so that it keeps no mount busy.
 */
import type { ChildProcess } from "node:child_process";
import { node } from "./builtins.ts";

/** The usual limit of a process, and a shell gives no higher numbers; a gateway with thousands of sockets must not wait. */
const MOST_DESCRIPTORS = 1024;

/** O_CLOEXEC as Linux writes it in fdinfo. */
const CLOSE_ON_EXEC = 0o2000000;

/** Its pid. Throws where it cannot be started. */
export function launch(argv: readonly string[], env: Readonly<Record<string, string>>): number {
  const child = startAlone(argv, env, "ignore");
  // Without a listener what could not be started (EAGAIN, EMFILE) would end the host, one turn later.
  child.on("error", () => undefined);
  child.unref();
  if (child.pid === undefined) throw new Error(`${argv[0] ?? ""} could not be started`);
  return child.pid;
}

/** The same for who wants to read what it says. It must be listened to: what could not be started is an `error` event. */
export function startAlone(
  argv: readonly string[],
  env: Readonly<Record<string, string>>,
  output: "ignore" | "pipe",
): ChildProcess {
  const [file = "", ...args] = argv;
  // Loading it costs a millisecond, which the usual start need not pay.
  const { spawn } = node.childProcess;
  const leaking = leakingDescriptors();
  const nothing = leaking.length > 0 ? node.fs.openSync("/dev/null", "r+") : null;
  try {
    return spawn(file, args, {
      detached: true,
      cwd: node.path.parse(process.execPath).root,
      env,
      stdio: ["ignore", output, output, ...(nothing === null ? [] : covered(leaking, nothing))],
      windowsHide: true,
    });
  } finally {
    if (nothing !== null) node.fs.closeSync(nothing);
  }
}

/** What stands in place of descriptor 3 and those after it. Node has no word for "close this one": nothing does. */
function covered(leaking: readonly number[], nothing: number): ("ignore" | number)[] {
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
    return open.filter((fd) => fd > 2 && fd < MOST_DESCRIPTORS && isInherited(fd));
  } catch {
    // No /proc: then Node's own care has to do.
    return [];
  }
}

function isInherited(fd: number): boolean {
  try {
    const flags = /^flags:\s*([0-7]+)/m.exec(node.fs.readFileSync(`/proc/self/fdinfo/${fd}`, "utf8"))?.[1];
    return flags !== undefined && (Number.parseInt(flags, 8) & CLOSE_ON_EXEC) === 0;
  } catch {
    // The one that listed the directory is closed by now.
    return false;
  }
}
