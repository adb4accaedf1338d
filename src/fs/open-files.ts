/** Which files some process has open, where the system tells: Linux, in `/proc/<pid>/fd` (proc(5)). */
import { readdirSync, readlinkSync } from "node:fs";
import { errnoOf } from "../errors.ts";
import { announce } from "./tap.ts";

/** Looking through all processes costs 20 ms on a busy machine; what is asked in one breath gets one answer. */
const GOOD_FOR_MS = 250;

let known: { readonly at: number; readonly paths: ReadonlySet<string> } | null = null;

/** Paths of regular files. Processes of other users keep theirs to themselves; elsewhere than on Linux it is empty. */
export function openFiles(): ReadonlySet<string> {
  if (known !== null && performance.now() - known.at < GOOD_FOR_MS) return known.paths;
  announce("readdir", "/proc");
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

/** A process may end while it is looked at, or be somebody else's: that one tells nothing. */
function quietly<T>(look: () => T): T | null {
  try {
    return look();
  } catch (error) {
    if (errnoOf(error) === null) throw error;
    return null;
  }
}
