import type { Command } from "../../report/schema.ts";
import { COMMANDS, jsonSchema } from "../../report/schema.ts";
import type { Invocation } from "../invocation.ts";
import { inSession } from "../session.ts";
import { unknownCommand } from "../suggestions.ts";

/** Prints JSON with and without `--json`. */
export async function schema(call: Invocation): Promise<number> {
  return inSession(call, (session) => {
    session.printJson(jsonSchema(commandOf(call.words)));
    return Promise.resolve(0);
  });
}

/** Null: the schema of all commands. Throws `usage` for an unknown name. */
function commandOf(words: readonly string[]): Command | null {
  if (words.length === 0) return null;
  const name = words.join(" ");
  const known = COMMANDS.find((command) => command === name);
  if (known === undefined) throw unknownCommand(name, COMMANDS, ["schema"]);
  return known;
}
