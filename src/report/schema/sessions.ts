/** The document of `sessions stats`. */
import * as z from "zod";
import { HOLD_CODES } from "../../model/reasons.ts";
import { SESSION_STATES } from "../../model/session-state.ts";
import { count, integer, owner, runError, status, time } from "./values.ts";

export const sessionStats = z.strictObject({
  bases: z.array(
    z.strictObject({
      ...owner,
      exists: z.boolean(),
      status,
      error: runError.nullable(),
      groups: z
        .array(
          z.strictObject({
            kind: z.string(),
            state: z.enum(SESSION_STATES).describe("unknown: whether it is in use cannot be told"),
            count,
            bytes: integer,
            oldest: time.nullable().describe("the last use of the oldest"),
            newest: time.nullable(),
            toRemove: count.describe("how many prune would remove"),
            bytesToReclaim: integer,
            holds: z.partialRecord(z.enum(HOLD_CODES), count).describe("how many each hold keeps, though they are old"),
          }),
        )
        .describe("by kind and state"),
    }),
  ),
});
