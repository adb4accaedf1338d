/**
 * How many snapshots a repository holds whose snapshots are commits. Each is one commit on one branch, and `logs/HEAD` has one line for it, so the
 * file is enough where it reaches back to the first commit and ends at the branch's tip. Where it does not (git expires
 * old lines after 90 days), git counts.
 */
import { bytePath } from "../../fs/syscalls.ts";
import { readSmall } from "../../fs/read-small.ts";
import type { Snapshots } from "../../model/entry.ts";
import { unsupportedIn } from "./format.ts";
import type { SnapshotsReading } from "../kind.ts";

/** 170 bytes a snapshot: a hundred thousand of them. */
const LOG_LIMIT = 16 * 1024 * 1024;

/** Anything but a plain commit (a reset, an amended one) makes the lines more than the commits. */
const LINE = /^([0-9a-f]{40,64}) ([0-9a-f]{40,64}) .*> (\d+) [+-]\d{4}\tcommit(?: \(initial\))?:/;

export function readSnapshots(repo: string): SnapshotsReading {
  const tip = readTip(repo);
  const log = readSmall(bytePath(`${repo}/logs/HEAD`), LOG_LIMIT);
  if (log.kind === "missing" && tip === "unborn") {
    // With another ref storage these files do not exist, and there may be snapshots.
    const empty = unsupportedIn(repo) === null;
    return { kind: "known", snapshots: empty ? { count: 0, last: null } : null };
  }
  if (log.kind === "bytes" && tip !== null) {
    const counted = countLines(log.bytes.toString("latin1"), tip);
    if (counted !== null) return { kind: "known", snapshots: counted };
  }
  return { kind: "ask-git", gitDirectory: repo };
}

/** The same where the first commit is the beginning of the repository, and no snapshot. Git counts without knowing of that. */
export function readLaterSnapshots(repo: string): SnapshotsReading {
  const reading = readSnapshots(repo);
  if (reading.kind === "ask-git" || reading.snapshots === null) return { kind: "known", snapshots: null };
  const { count, last } = reading.snapshots;
  return { kind: "known", snapshots: { count: Math.max(0, count - 1), last } };
}

/** The commit the branch of HEAD points to, `unborn` where it has none, null where no loose ref has it. */
function readTip(repo: string): string | null {
  const head = smallText(`${repo}/HEAD`);
  const branch = head === null ? null : /^ref: (refs\/heads\/[^\s]+)$/.exec(head.trim())?.[1];
  if (branch === null || branch === undefined || branch.includes("..")) return null;
  const ref = readSmall(bytePath(`${repo}/${branch}`), 1024);
  if (ref.kind === "bytes") return ref.bytes.toString("latin1").trim();
  const packed = readSmall(bytePath(`${repo}/packed-refs`), 64 * 1024);
  if (ref.kind !== "missing") return null;
  if (packed.kind === "missing") return "unborn";
  if (packed.kind !== "bytes") return null;
  const line = packed.bytes
    .toString("latin1")
    .split("\n")
    .find((one) => one.endsWith(` ${branch}`));
  return line === undefined ? "unborn" : (line.split(" ")[0] ?? null);
}

function smallText(path: string): string | null {
  const file = readSmall(bytePath(path), 4096);
  return file.kind === "bytes" ? file.bytes.toString("latin1") : null;
}

/** Null where the lines are not an unbroken chain from the first commit to the tip. */
export function countLines(log: string, tip: string): Snapshots | null {
  let before: string | null = null;
  let last: number | null = null;
  let count = 0;
  for (const line of log.split("\n")) {
    if (line === "") continue;
    const match = LINE.exec(line);
    if (match === null) return null;
    const [, from = "", to = "", seconds = ""] = match;
    if (before === null ? !/^0+$/.test(from) : from !== before) return null;
    before = to;
    last = Number(seconds) * 1000;
    count += 1;
  }
  return before === tip ? { count, last } : null;
}
