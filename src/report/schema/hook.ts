/** What `hook` prints. */
import * as z from "zod";
import { type DeepReadonly, path, sentence } from "./values.ts";
import { step } from "./schedule.ts";

/** `outdated`: ours, of another version or for other paths. `changed`: edited after it was written. */
const HOOK_STATES = ["missing", "installed", "outdated", "changed", "foreign", "unreadable"] as const;

const hookPlace = z.strictObject({
  agent: z.string(),
  path: path.describe("the file that the agent reads"),
  part: z.enum(["file", "entry"]).describe("file: all of it is ours; entry: one entry of a file of the agent"),
  state: z.enum(HOOK_STATES),
  argv: z.array(z.string()).nullable().describe("what it starts; null where that cannot be known"),
  gone: z.array(path).describe("paths of argv that are not there: the hook does nothing"),
  message: sentence.nullable().describe("why it cannot be read or changed"),
});

export type HookPlaceDocument = DeepReadonly<z.infer<typeof hookPlace>>;

export const hook = z.strictObject({
  hooks: z.array(hookPlace).describe("every place of the agents that the command is about"),
  steps: z.array(step).describe("what was to be written, and what became of it"),
  files: z
    .array(z.strictObject({ path: path.nullable().describe("null: lines for a file of yours"), text: z.string() }))
    .describe("print: the text"),
});
