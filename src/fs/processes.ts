/** Which programs run, as far as this user may see: on Linux in `/proc/<pid>/cmdline` (proc(5)), else what ps(1) prints. */
import { readdirSync, readFileSync } from "node:fs";
import { expectErrno, UNREADABLE } from "../errors.ts";
import { runCommand } from "../process/run-command.ts";
import { traceCall } from "./failpoints.ts";

export interface RunningProgram {
  readonly pid: number;
  /** The program and its arguments. A program may have given itself another name, which is then all there is. */
  readonly command: readonly string[];
}

/** ps takes some milliseconds. */
const DEADLINE_MS = 10_000;

/** Null where it cannot be known. */
export async function runningPrograms(): Promise<readonly RunningProgram[] | null> {
  return process.platform === "linux" ? programsInProc() : programsOfPs();
}

function programsInProc(): readonly RunningProgram[] | null {
  traceCall("readdir", "/proc");
  const pids = quietly(() => readdirSync("/proc"))?.filter((name) => /^\d+$/.test(name)) ?? [];
  // At least this process is there, unless /proc is not mounted.
  if (!pids.includes(String(process.pid))) return null;
  return pids.flatMap((pid): RunningProgram[] => {
    const text = quietly(() => readFileSync(`/proc/${pid}/cmdline`, "utf8")) ?? "";
    const command = text.split("\0").filter((word) => word !== "");
    return command.length === 0 ? [] : [{ pid: Number(pid), command }];
  });
}

/** Arguments with spaces in them come apart. */
async function programsOfPs(): Promise<readonly RunningProgram[] | null> {
  if (process.platform === "win32") return null;
  const { end, stdout } = await runCommand(
    { program: "ps", args: ["-A", "-o", "pid=,args="] },
    { deadline: DEADLINE_MS },
  );
  if (end.kind !== "exited" || end.code !== 0) return null;
  return stdout
    .toString("utf8")
    .split("\n")
    .flatMap((line): RunningProgram[] => {
      const [, pid, command] = /^\s*(\d+)\s+(.+)$/.exec(line) ?? [];
      return command === undefined ? [] : [{ pid: Number(pid), command: command.split(/\s+/) }];
    });
}

/** A process may end meanwhile, or belong to another user: it is skipped. */
function quietly<T>(look: () => T): T | null {
  try {
    return look();
  } catch (error) {
    expectErrno(error, "ESRCH", ...UNREADABLE);
    return null;
  }
}
