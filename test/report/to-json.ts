import type { RunCommand, RunDocument } from "../../src/report/schema.ts";
import { type Meta } from "../../src/report/envelope.ts";
import { runDocument } from "../../src/report/json.ts";

/** The document of a run with all its rows, as a reader of the output gets it. */
export function toJson(command: RunCommand, source: Parameters<typeof runDocument>[1], meta: Meta): RunDocument {
  const { entries, ...rest } = runDocument(command, source, meta);
  return { ...rest, entries: [...entries] };
}
