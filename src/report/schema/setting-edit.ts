/** What `config set`, `add`, `remove` and `unset` print. */
import * as z from "zod";
import { path } from "./values.ts";

export const settingEdit = z.strictObject({
  edit: z
    .strictObject({
      file: path,
      key: z.string().describe("as it is written in the file, with all that it is below"),
      changes: z.array(z.string()).describe("lines that begin with - and +; none: nothing changes"),
      written: z.boolean(),
      removed: z.boolean().describe("our own file, in which nothing was left"),
      overridden: z.array(path).describe("files that set it too, and whose value counts for some base"),
    })
    .nullable(),
});
