import { GcError } from "../../errors.ts";
import type { Call } from "../call.ts";
import { SCRIPTS } from "../completion/scripts.ts";
import { SHELLS } from "../completion/shells.ts";
import { output } from "../output.ts";
import { oneOf } from "../suggestions.ts";

/** Throws `usage` for no shell, and for one that there is no script for. */
export function completion({ words, values }: Call): Promise<number> {
  const [word] = words;
  if (word === undefined) throw new GcError("usage", `completion has no shell: expected ${SHELLS.join(" or ")}`);
  const shell = oneOf("completion", word, SHELLS);
  if (values["json"] === true) throw new GcError("usage", "completion prints a script: expected no --json");
  output.print(SCRIPTS[shell]);
  return Promise.resolve(0);
}
