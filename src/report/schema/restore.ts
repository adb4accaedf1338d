/** What `trash restore --dry-run` adds to the document of a run. */
import * as z from "zod";
import { error, path } from "./values.ts";

export const plannedRestores = z
  .array(
    z.strictObject({
      base: path,
      id: z.string().describe("of the row in trash"),
      path: path.describe("where it would be; of a conflict: what is taken"),
      outcome: z
        .enum(["restore", "exchange", "conflict", "fail"])
        .describe("exchange: what is in its place would be moved to the trash; conflict and fail: it would stay there"),
      error: error.nullable(),
    }),
  )
  .describe("of --dry-run: what would be done, in this order");
