/** What `report` wrote. */
import * as z from "zod";
import { integer, path } from "./values.ts";
import { totals } from "./run.ts";

export const report = z.strictObject({
  file: path.nullable().describe("null where it failed before it was written"),
  bytes: integer.nullable().describe("of the file"),
  opened: z.boolean().describe("--open: a program took the file"),
  totals: totals.nullable(),
});
