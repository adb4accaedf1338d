/**
 * `projects/<hash16>.json`, which Hermes writes in place and on one line: a reader may see half of it, and then nothing
 * is known about the project, which is never a reason to remove it.
 *
 * `{"workdir": "/home/me/code", "created_at": 1.0, "last_touch": 1.0, "workdir_parent_dev": 1, "workdir_parent_ino":
 * 2}`
 */
import { bytePath } from "../../../../fs/syscalls.ts";
import { decodeUtf8, readSmall } from "../../../../fs/read-small.ts";
import type { IoError } from "../../../../model/entry.ts";
import type { ParentRecord, SubjectReading } from "../../../../model/inspection.ts";
import { because, type HermesReason } from "../../reasons.ts";
import { fitting } from "../shadow/choose.ts";
import { claimOf } from "../shadow/marker.ts";

export interface Project {
  readonly reading: SubjectReading;
  /** As recorded, in seconds; null where it is not a number. */
  readonly lastTouch: number | null;
  readonly parent: ParentRecord | null;
  /** Why none of it counts, which keeps it whatever was asked for. */
  readonly trouble: IoError | null;
}

/** A path has at most 4,096 bytes, each six characters at most in JSON. */
const LIMIT = 64 * 1024;

export function readProject(path: string, id: string): Project {
  const file = readSmall(bytePath(path), LIMIT);
  switch (file.kind) {
    case "missing":
      return unusable("project-unreadable", { code: "ENOENT", message: "it no longer exists", path });
    case "not-a-file":
      return unusable("project-unreadable", { code: "EISDIR", message: "it is not a regular file", path });
    case "too-large":
      return unusable("project-unreadable", { code: "EFBIG", message: `it has ${file.size} bytes`, path });
    case "unreadable":
      return unusable("project-unreadable", file.trouble);
    case "bytes": {
      const fields = fieldsOf(decodeUtf8(file.bytes));
      if (fields === null)
        return unusable("project-broken", { code: "EINVAL", message: "it is not a JSON object", path });
      return projectOf(fields, id);
    }
  }
}

function projectOf(fields: ReadonlyMap<string, unknown>, id: string): Project {
  const touch = fields.get("last_touch");
  const lastTouch = typeof touch === "number" && Number.isFinite(touch) ? touch : null;
  const [dev, ino] = [fields.get("workdir_parent_dev"), fields.get("workdir_parent_ino")].map(integer);
  const parent = dev === undefined || ino === undefined || dev === null || ino === null ? null : { dev, ino };
  return { reading: readingOf(fields.get("workdir"), id), lastTouch, parent, trouble: null };
}

function readingOf(workdir: unknown, id: string): SubjectReading {
  const claim = typeof workdir === "string" ? claimOf(workdir) : null;
  const [path] = claim?.kind === "paths" ? claim.paths : [];
  if (claim === null || path === undefined)
    return {
      kind: "unidentified",
      ...because("project-without-path"),
      evidence: {
        "projects file": claim?.kind === "unusable" ? `no usable workdir (${claim.reason})` : "no usable workdir",
        "to mend": MEND,
      },
    };
  const fits = fitting(claim, id);
  return {
    kind: "identified",
    subject: { kind: "workdir", value: fits ?? path },
    verified: fits !== null,
    evidence: { "projects file": fits ?? path, "hash check": fits === null ? `does not give ${id}` : `fits ${id}` },
  };
}

const MEND = 'write {"workdir": "/the/path/it/is/about"} into it, or delete it: then its snapshots go by their age';

function unusable(reason: HermesReason, trouble: IoError): Project {
  const evidence = { "projects file": trouble.message, "to mend": `${MEND} (${trouble.path})` };
  return { reading: { kind: "unidentified", ...because(reason), evidence }, lastTouch: null, parent: null, trouble };
}

/** Numbers past 2^53 have lost digits in JSON, and identify nothing. */
function integer(value: unknown): string | null {
  return typeof value === "number" && Number.isSafeInteger(value) && value > 0 ? String(value) : null;
}

function fieldsOf(text: string | null): ReadonlyMap<string, unknown> | null {
  if (text === null) return null;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? new Map(Object.entries(value)) : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
