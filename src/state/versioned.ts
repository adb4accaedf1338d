/**
 * State files with a version. With one that a newer version wrote nothing is done, nor with one that exists and cannot
 * be read (EACCES, EIO): without it a run would know too little, and overwrite what others can still read. Where a file
 * protects something (`Protection`), one without valid contents is an error as well: taken for none, it would protect
 * nothing. Elsewhere that counts as none.
 */
import * as z from "zod/mini";
import { GcError } from "../errors.ts";
import { bytePath } from "../fs/syscalls.ts";
import { once } from "../model/once.ts";
import { decodeUtf8, readSmall, type SmallFile } from "../fs/read-small.ts";

const versionSchema = once(() => z.object({ version: z.number() }));

/**
 * The text of a state file, or null where there is none of at most `limit` bytes. `holds`: what it records, for the
 * error.
 */
export function textOf(path: string, limit: number, holds: string): string | null {
  return textIn(readSmall(bytePath(path), limit), path, holds);
}

function textIn(file: SmallFile, path: string, holds: string): string | null {
  if (file.kind === "unreadable") {
    throw new GcError("state-unusable", `cannot read ${path}, which holds ${holds}: ${file.trouble.message}`, {
      hint: `Make ${path} readable, or move it away, then run this again.`,
    });
  }
  return file.kind === "bytes" ? decodeUtf8(file.bytes) : null;
}

/** A file without which something might be removed that has to stay. */
export interface Protection {
  readonly path: string;
  /** The most that it may have (bytes). */
  readonly limit: number;
  /** What it records, for the error. */
  readonly holds: string;
  readonly version: number;
}

/** Its text, or null where there is no file. Throws `state-unusable`. */
export function protectionText(protection: Protection): string | null {
  const { path, limit, holds } = protection;
  const file = readSmall(bytePath(path), limit);
  if (file.kind === "not-a-file") throw damaged(protection, "it is not a regular file");
  if (file.kind === "too-large") throw damaged(protection, `it has ${file.size} bytes, expected at most ${limit}`);
  if (file.kind === "missing") return null;
  return textIn(file, path, holds) ?? unusable(protection, "it is not UTF-8");
}

/** Its JSON. Throws `state-newer`, and `state-unusable` where it is none. */
export function protectionJson(protection: Protection, text: string): unknown {
  return versioned(protection.path, text, protection.version) ?? unusable(protection, "it is no complete JSON");
}

/** What fits of it. Throws `state-unusable`. */
export function protectionIn<T>(protection: Protection, value: unknown, schema: () => z.ZodMiniType<T>): T {
  const checked = schema().safeParse(value);
  if (!checked.success) throw damaged(protection, "it is not what this program writes");
  return checked.data;
}

/** `damaged`, thrown, for the end of an expression. */
function unusable(protection: Protection, why: string): never {
  throw damaged(protection, why);
}

/** The error for a file that is there and not usable. `why`: what is wrong with it, as "it is ...". */
export function damaged({ path, holds }: Pick<Protection, "path" | "holds">, why: string): GcError {
  return new GcError("state-unusable", `${path}, which holds ${holds}, is damaged: ${why}`, {
    hint: "Put a copy of it back, or move it away to go on without what it holds, then run this again.",
  });
}

/** The JSON of a file, or null where it is invalid: a partial file, or not ours. Throws `state-newer`. */
function versioned(path: string, text: string | null, known: number): unknown {
  const value = text === null ? null : parsed(text);
  if (value === null) return null;
  const { data } = versionSchema().safeParse(value);
  if (data === undefined || data.version <= known) return value;
  throw new GcError("state-newer", `${path} has version ${data.version}, this tool knows ${known}`, {
    hint: "Update checkpoint-gc, or run the version that wrote it.",
  });
}

/** The contents of a file that fit, or null. Throws `state-newer`. */
export function contentsOf<T>(
  path: string,
  text: string | null,
  known: number,
  schema: () => z.ZodMiniType<T>,
): T | null {
  const value = versioned(path, text, known);
  return value === null ? null : (schema().safeParse(value).data ?? null);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser throws nothing but a SyntaxError.
    return null;
  }
}
