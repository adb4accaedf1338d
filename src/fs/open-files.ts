/**
 * Which files are open in some process, and which directories processes work in, where the system shows it: Linux, in
 * `/proc/<pid>/fd` and `/proc/<pid>/cwd` (proc(5)). Those of other users' processes are hidden; elsewhere than on Linux nothing
 * is found.
 */
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { dirname } from "node:path";
import { expectErrno, ifReadable, UNREADABLE } from "../errors.ts";
import { traceCall } from "./failpoints.ts";
import { bytePath, lstatOrNull } from "./syscalls.ts";

/** Reading all processes takes 20 ms on a busy machine, so queries within a short time share one result. */
const GOOD_FOR_MS = 250;

interface Seen {
  readonly at: number;
  readonly open: ReadonlySet<string>;
  /** What other processes than this one have, by each directory that it is in. */
  readonly within: ReadonlyMap<string, readonly Use[]>;
}

/** How another process uses something in a directory. */
export interface Use {
  readonly kind: "open" | "working-directory";
  readonly path: string;
  readonly pid: string;
}

let known: Seen | null = null;

/** Paths of regular files. */
export function openFiles(): ReadonlySet<string> {
  return seen().open;
}

/**
 * What another process has open in a directory, or that it works there. A directory that is merely open says nothing: whatever
 * lists or measures one has it open for a moment.
 */
export function useWithin(directory: string): Use | null {
  const uses = seen().within.get(directory) ?? [];
  // Looked at here and not before: other files may be on mounts that do not answer.
  return (
    uses.find(({ kind, path, pid }) => (kind === "working-directory" || !isDirectory(path)) && !isOwnCommand(pid)) ??
    null
  );
}

/**
 * Another run of this command, which reads an entry for a moment: what it removes is decided by a rename. Of a host of the
 * library nothing is known, since the host may be the agent.
 */
function isOwnCommand(pid: string): boolean {
  const script = process.argv[1];
  if (script === undefined || !/\/checkpoints(?:\.js)?$/.test(script)) return false;
  const words = quietly(() => readFileSync(`/proc/${pid}/cmdline`, "utf8"))?.split("\0") ?? [];
  return words.includes(script);
}

/** What an earlier run of this process saw says nothing to the next one. */
export function forgetOpenFiles(): void {
  known = null;
}

function seen(): Seen {
  if (known !== null && performance.now() - known.at < GOOD_FOR_MS) return known;
  traceCall("readdir", "/proc");
  const open = new Set<string>();
  const within = new Map<string, Use[]>();
  for (const pid of namesIn("/proc")) {
    if (!/^\d+$/.test(pid)) continue;
    const isOther = pid !== String(process.pid);
    const cwd = isOther ? targetOf(`/proc/${pid}/cwd`) : null;
    if (cwd !== null) addAround(within, { kind: "working-directory", path: cwd, pid }, cwd);
    for (const fd of namesIn(`/proc/${pid}/fd`)) {
      const path = targetOf(`/proc/${pid}/fd/${fd}`);
      if (path?.startsWith("/") !== true) continue;
      if (isOther && !open.has(path)) addAround(within, { kind: "open", path, pid }, dirname(path));
      open.add(path);
    }
  }
  known = { at: performance.now(), open, within };
  return known;
}

/** Of a directory and those above it. */
function addAround(within: Map<string, Use[]>, use: Use, directory: string): void {
  for (let at = directory; at !== dirname(at); at = dirname(at)) {
    const uses = within.get(at);
    if (uses === undefined) within.set(at, [use]);
    else uses.push(use);
  }
}

/** One that is gone, or cannot be looked at, is no directory that is known. */
function isDirectory(path: string): boolean {
  return ifReadable(() => lstatOrNull(bytePath(path)))?.kind === "directory";
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
