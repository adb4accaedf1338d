/** Files of ours that carry a version: one that a newer version of the tool wrote means that nothing is done. */
import { z } from "zod";
import { GcError } from "../errors.ts";

const versionSchema = z.object({ version: z.number() });

/** The JSON of a file, or null where it is none: half a file, or not ours. Throws `state-newer`. */
export function versioned(path: string, text: string | null, known: number): unknown {
  const value = text === null ? null : parsed(text);
  const { data } = versionSchema.safeParse(value);
  if (data === undefined || data.version <= known) return value;
  throw new GcError("state-newer", `${path} has version ${data.version}, this tool knows ${known}`, {
    hint: "update checkpoint-gc, or run the version that wrote it",
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser throws one thing only: a SyntaxError.
    return null;
  }
}
