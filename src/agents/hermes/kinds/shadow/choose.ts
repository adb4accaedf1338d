/**
 * The workdir of a shadow repo. Its directory's name is a hash of the path, so the path that matches the name is right
 * whatever its source; a truncated marker must not turn a live project into an orphan.
 *
 * | marker, core.worktree | result |
 * | --- | --- |
 * | one matches the name | that one, verified |
 * | neither matches, both agree, or only one exists | that one, not verified |
 * | they disagree, or one exists and is unusable | none: unidentified |
 */
import { createHash } from "node:crypto";
import type { SubjectReading } from "../../../../model/inspection.ts";
import type { Evidence } from "../../../../model/presence.ts";
import { because, type HermesReason } from "../../reasons.ts";
import type { Claim } from "./marker.ts";

/** Hermes' name for a directory's shadow repo: the first 16 hex digits of sha256 over the UTF-8 path. */
function hash16(path: string): string {
  return createHash("sha256").update(path, "utf8").digest("hex").slice(0, 16);
}

/** The claimed path that matches the name, or null. */
export function fitting(claim: Claim, name: string): string | null {
  return claim.kind === "paths" ? (claim.paths.find((path) => hash16(path) === name) ?? null) : null;
}

/** `worktree` null: it was not read, because the marker matches. */
export function choose(name: string, marker: Claim, worktree: Claim | null): SubjectReading {
  const evidence = evidenceOf(marker, worktree);
  const fit = fitting(marker, name) ?? (worktree === null ? null : fitting(worktree, name));
  if (fit !== null) return identified(fit, true, { ...evidence, "hash check": `fits ${name}` });

  const checked = { ...evidence, "hash check": `neither path gives ${name}` };
  const said = first(marker);
  const configured = worktree === null ? null : first(worktree);
  if (said !== null && configured !== null) {
    return said === configured ? identified(said, false, checked) : unidentified("paths-disagree", checked);
  }
  if (marker.kind === "unusable") return unidentified(marker.reason, checked);
  if (worktree?.kind === "unusable") return unidentified(said === null ? worktree.reason : "paths-disagree", checked);
  const only = said ?? configured;
  return only === null ? unidentified("marker-missing", checked) : identified(only, false, checked);
}

function first(claim: Claim): string | null {
  return claim.kind === "paths" ? (claim.paths[0] ?? null) : null;
}

function evidenceOf(marker: Claim, worktree: Claim | null): Evidence {
  return {
    "HERMES_WORKDIR": describeClaim(marker),
    // In the order of the decision: a place that did not have to be read is listed in its turn.
    "core.worktree": worktree === null ? "not read, since HERMES_WORKDIR fits" : describeClaim(worktree),
  };
}

function describeClaim(claim: Claim): string {
  switch (claim.kind) {
    case "paths":
      return claim.paths[0] ?? "";
    case "absent":
      return "not there";
    case "unusable":
      return claim.text === null ? `unusable (${claim.reason})` : `unusable (${claim.reason}): ${clip(claim.text)}`;
  }
}

/** Evidence is part of plans and JSON, so 16 KiB of a broken marker are cut. */
function clip(text: string): string {
  return text.length > 200 ? `${text.slice(0, 200)}...` : text;
}

function identified(value: string, verified: boolean, evidence: Evidence): SubjectReading {
  return { kind: "identified", subject: { kind: "workdir", value }, verified, evidence };
}

function unidentified(reason: HermesReason, evidence: Evidence): SubjectReading {
  return { kind: "unidentified", ...because(reason), evidence };
}
