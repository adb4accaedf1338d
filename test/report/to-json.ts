import type { RunCommand, RunDocument } from "../../src/report/documents.ts";
import { type Meta, runDocument } from "../../src/report/json.ts";

/** The document of a run with all its rows, as whoever reads the output has it. */
export function toJson(command: RunCommand, source: Parameters<typeof runDocument>[1], meta: Meta): RunDocument {
  const { entries, ...rest } = runDocument(command, source, meta);
  return { ...rest, entries: [...entries] };
}
