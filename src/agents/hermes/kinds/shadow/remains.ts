/**
 * Remains of a shadow repo that another program partly destroyed. Without `HEAD` it is not a repo any more, nothing can
 * be restored from it, and no other collector ever checks it again.
 */
import { isErrno } from "../../../../errors.ts";
import { below, bytePath, lstatOrNull, type Stat } from "../../../../fs/syscalls.ts";
import { names } from "../../../../fs/listing.ts";
import { toIoError } from "../../../../fs/read-small.ts";
import type { IoError } from "../../../../model/entry.ts";
import type { SubjectReading } from "../../../../model/inspection.ts";
import { because } from "../../reasons.ts";
import { choose } from "./choose.ts";
import { readMarker } from "./marker.ts";

/** Everything that git and Hermes create directly in a shadow repo (gitrepository-layout(5)). */
const GIT_NAMES: ReadonlySet<string> = new Set([
  "COMMIT_EDITMSG",
  "FETCH_HEAD",
  "HERMES_WORKDIR",
  "MERGE_HEAD",
  "ORIG_HEAD",
  "branches",
  "config",
  "description",
  "gc.log",
  "gc.pid",
  "hooks",
  "index",
  "index.lock",
  "info",
  "logs",
  "objects",
  "packed-refs",
  "packed-refs.lock",
  "refs",
  "shallow",
]);

/** Whether a directory without `HEAD` contains nothing but what a shadow repo contains. Throws the errno. */
export function isRemains(repo: string): boolean {
  return names(bytePath(repo)).every((name) => GIT_NAMES.has(name));
}

/**
 * The `HEAD`, or why there is none or that is unknown: a directory that may not be entered (EACCES), or one without a
 * HEAD that cannot be listed.
 */
export function headOf(repo: string): Stat | "missing" | IoError {
  const path = bytePath(repo);
  try {
    const head = lstatOrNull(below(path, "HEAD"));
    if (head !== null) return head;
    names(path);
    return "missing";
  } catch (error) {
    // It was removed just now: there is nothing to read.
    if (isErrno(error, "ENOENT", "ENOTDIR")) return "missing";
    return toIoError(path, error);
  }
}

/** What cannot be read is not remains: later checks report what is wrong with it. */
export function isHeadless(repo: string): boolean {
  return headOf(repo) === "missing";
}

/** The workdir counts only where the name confirms it; a marker that exists and is unusable keeps it. */
export function readRemains(repo: string, name: string): SubjectReading {
  const marker = readMarker(repo);
  const reading = choose(name, marker, null);
  const evidence = { ...(reading.kind === "not-applicable" ? {} : reading.evidence), HEAD: "not there" };
  if (reading.kind === "identified") return { kind: "remains", subject: reading.subject, evidence };
  if (marker.kind === "absent") return { kind: "remains", subject: null, evidence };
  return { kind: "unidentified", ...because(marker.kind === "unusable" ? marker.reason : "paths-disagree"), evidence };
}
