/** Which files are open in some process, where the system shows it: Linux, in `/proc/<pid>/fd` (proc(5)). */
import { readdirSync, readlinkSync } from "node:fs";
import { expectErrno, UNREADABLE } from "../errors.ts";
import { traceCall } from "./failpoints.ts";

/** Reading all processes takes 20 ms on a busy machine, so queries within a short time share one result. */
const GOOD_FOR_MS = 250;

let known: { readonly at: number; readonly paths: ReadonlySet<string> } | null = null;

/** Paths of regular files. Those of other users' processes are hidden; elsewhere than on Linux it is empty. */
export function openFiles(): ReadonlySet<string> {
  if (known !== null && performance.now() - known.at < GOOD_FOR_MS) return known.paths;
  traceCall("readdir", "/proc");
  const paths = new Set<string>();
  for (const pid of namesIn("/proc")) {
    if (!/^\d+$/.test(pid)) continue;
    for (const fd of namesIn(`/proc/${pid}/fd`)) {
      const path = targetOf(`/proc/${pid}/fd/${fd}`);
      if (path?.startsWith("/") === true) paths.add(path);
    }
  }
  known = { at: performance.now(), paths };
  return paths;
}

function namesIn(directory: string): readonly string[] {
  return quietly(() => readdirSync(directory)) ?? [];
}

function targetOf(path: string): string | null {
  return quietly(() => readlinkSync(path));
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
