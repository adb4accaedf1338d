/**
 * Ends the programs that we started when this process ends. Each has a process group of its own, so neither Ctrl-C at
 * the terminal nor the death of its parent ends it.
 *
 * A normal end, `process.exit` included, stops all groups. For a SIGKILL there is a watchdog: a shell that reads the
 * groups from a pipe, and ends them when the kernel closes the pipe because we died. It is started before the first
 * group and gets each in the turn in which it starts, so a kill can leave behind only a program whose pid we have just
 * received. One watchdog serves all programs within a second: it costs a process, and nearly every call of git ends
 * within five milliseconds. PR_SET_PDEATHSIG would need a wrapper before each program (setpriv), is Linux only, and does
 * not reach what git itself starts.
 */
import { type ChildProcess, spawn } from "node:child_process";
import type { Writable } from "node:stream";
import { expectErrno, isErrno } from "../errors.ts";

/** How long the watchdog outlives the last program: a run calls git repeatedly within less. */
const IDLE_MS = 1000;

/** Reads `+ group` and `- group`; the input ends when this process does. */
const WATCH = `trap '' HUP INT TERM
groups=' '
while read -r what group; do
  case $what in
    +) groups="$groups$group " ;;
    -) groups="\${groups%% $group *} \${groups#* $group }" ;;
  esac
done
test "$groups" = ' ' && exit
for group in $groups; do kill -s TERM -- "-$group"; done
sleep 2
for group in $groups; do kill -s KILL -- "-$group"; done`;

const running = new Set<ChildProcess>();

let watch: Writable | null = null;

let idle: NodeJS.Timeout | undefined;

/** Starts a program that ends with us. Without process groups (Windows) it ends only at our normal end. */
export function spawnWatched(start: () => ChildProcess): {
  readonly child: ChildProcess;
  readonly release: () => void;
} {
  clearTimeout(idle);
  watch ??= startWatch();
  let child: ChildProcess | undefined;
  try {
    child = start();
  } finally {
    if (child?.pid === undefined) restLater();
  }
  const { pid } = child;
  if (pid === undefined) return { child, release: () => undefined };
  watch?.write(`+ ${pid}\n`);
  if (running.size === 0) process.on("exit", endAll);
  running.add(child);
  const release = (): void => {
    watch?.write(`- ${pid}\n`);
    running.delete(child);
    if (running.size === 0) process.off("exit", endAll);
    restLater();
  };
  return { child, release };
}

function restLater(): void {
  if (running.size > 0) return;
  idle = setTimeout(() => {
    watch?.end();
    watch = null;
  }, IDLE_MS).unref();
}

function endAll(): void {
  for (const child of running) signalGroup(child, "SIGTERM");
}

/** Null without a shell (an image with node alone): then a SIGKILL leaves programs behind. */
function startWatch(): Writable | null {
  if (process.platform === "win32") return null;
  try {
    const shell = spawn("/bin/sh", ["-c", WATCH, "sh"], {
      cwd: "/",
      env: { PATH: process.env["PATH"] ?? "/usr/bin:/bin" },
      stdio: ["pipe", "ignore", "ignore"],
      detached: true,
    });
    const { stdin } = shell;
    const gone = (): void => {
      if (watch === stdin) watch = null;
    };
    shell.on("error", gone).on("exit", gone);
    // One that was ended by others hears nothing more.
    stdin.on("error", gone);
    shell.unref();
    return stdin;
  } catch (error) {
    // No room for a further process, which the caller will meet as well.
    expectErrno(error, "EAGAIN", "ENOMEM", "EMFILE", "ENFILE", "ENOENT", "EACCES", "EPERM");
    return null;
  }
}

/** Sent to all of the group. Does nothing where it has ended already. */
export function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    if (process.platform === "win32") child.kill(signal);
    else process.kill(-child.pid, signal);
  } catch (error) {
    // EPERM: what is left of the group is not ours to end (macOS reports this for one that has ended).
    if (!isErrno(error, "ESRCH", "EPERM")) throw error;
  }
}
