/** What `doctor` prints. */
import * as z from "zod";
import { CHECK_LEVELS } from "../../model/doctor.ts";
import { count, path, sentence } from "./values.ts";

export const doctor = z.strictObject({
  checks: z.array(
    z.strictObject({
      topic: z.string().describe("what was checked; new ones may be added"),
      level: z.enum(CHECK_LEVELS).describe("note: nothing to do about it"),
      text: sentence,
      fix: sentence.nullable().describe("a command, or the one step that mends it"),
      agent: z.string().nullable(),
      base: path.nullable().describe("null: about the machine"),
    }),
  ),
  faults: count,
  warnings: count,
});
