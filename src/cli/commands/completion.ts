import { GcError } from "../../errors.ts";
import { alternatives } from "../../report/format.ts";
import type { Invocation } from "../invocation.ts";
import { SCRIPTS } from "../completion/scripts.ts";
import { SHELLS } from "../completion/shells.ts";
import { output } from "../output.ts";
import { oneOf } from "../suggestions.ts";

/** Throws `usage` where no shell is named, and for a shell without a script. */
export function completion({ words, values }: Invocation): Promise<number> {
  const [word] = words;
  if (word === undefined) throw new GcError("usage", `no shell is named: expected ${alternatives(SHELLS)}`);
  const shell = oneOf("checkpoints completion", word, SHELLS, `unknown shell ${JSON.stringify(word)}`);
  if (values["json"] === true) throw new GcError("usage", "completion prints a script: expected no --json");
  output.print(SCRIPTS[shell]);
  return Promise.resolve(0);
}
