/**
 * State files with a version. With one that a newer version wrote nothing is done, nor with one that exists and cannot
 * be read (EACCES, EIO): without it a run would know too little, and overwrite what others can still read. An existing
 * file without valid contents counts as none.
 */
import * as z from "zod/mini";
import { GcError } from "../errors.ts";
import { bytePath } from "../fs/syscalls.ts";
import { once } from "../model/once.ts";
import { decodeUtf8, readSmall } from "../fs/read-small.ts";

const versionSchema = once(() => z.object({ version: z.number() }));

/**
 * The text of a state file, or null where there is none of at most `limit` bytes. `holds`: what it records, for the
 * error.
 */
export function textOf(path: string, limit: number, holds: string): string | null {
  const file = readSmall(bytePath(path), limit);
  if (file.kind === "unreadable") {
    throw new GcError("state-unusable", `cannot read ${path}, which holds ${holds}: ${file.trouble.message}`, {
      hint: `Make ${path} readable, or move it away, then run this again.`,
    });
  }
  return file.kind === "bytes" ? decodeUtf8(file.bytes) : null;
}

/** The JSON of a file, or null where it is invalid: a partial file, or not ours. Throws `state-newer`. */
export function versioned(path: string, text: string | null, known: number): unknown {
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
