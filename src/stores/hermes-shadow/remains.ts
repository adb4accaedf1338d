/**
 * What another program left of a shadow repo that it destroyed by half. Without `HEAD` it is no repo any more, nobody
 * can restore anything from it, and no other collector ever looks at it again.
 */
import { errnoOf } from "../../errors.ts";
import { below, bytePath, lstatOrNull } from "../../fs/door.ts";
import { names } from "../../fs/listing.ts";
import type { SubjectReading } from "../../model/inspection.ts";
import { choose } from "./choose.ts";
import { readMarker } from "./marker.ts";

/** Everything that git and Hermes put directly into a shadow repo (gitrepository-layout(5)). */
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

/** Whether a directory without `HEAD` holds nothing but what a shadow repo holds. Throws the errno. */
export function isRemains(repo: string): boolean {
  return names(bytePath(repo)).every((name) => GIT_NAMES.has(name));
}

export function isHeadless(repo: string): boolean {
  try {
    return lstatOrNull(below(bytePath(repo), "HEAD")) === null;
  } catch (error) {
    if (errnoOf(error) === null) throw error;
    // What cannot be looked at is no remains: the looks after this one tell what is wrong with it.
    return false;
  }
}

/** The workdir counts only where the name confirms it; a marker that is there and says nothing usable keeps it. */
export function readRemains(repo: string, name: string): SubjectReading {
  const marker = readMarker(repo);
  const reading = choose(name, marker, null);
  const evidence = { ...(reading.kind === "not-applicable" ? {} : reading.evidence), HEAD: "not there" };
  if (reading.kind === "identified") return { kind: "remains", subject: reading.subject, evidence };
  if (marker.kind === "absent") return { kind: "remains", subject: null, evidence };
  return { kind: "unidentified", reason: marker.kind === "unusable" ? marker.reason : "paths-disagree", evidence };
}
