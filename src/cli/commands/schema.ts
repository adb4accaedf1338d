import type { Command } from "../../report/documents.ts";
import { COMMANDS, jsonSchema } from "../../report/schema.ts";
import type { Call } from "../call.ts";
import { inSession } from "../session.ts";
import { unknownCommand } from "../suggestions.ts";

/** Prints JSON with and without `--json`: that is all there is to say. */
export async function schema(call: Call): Promise<number> {
  return inSession(call, (session) => {
    session.printJson(jsonSchema(commandOf(call.words)));
    return Promise.resolve(0);
  });
}

/** Null: of all. Throws `usage` for a name that is none. */
function commandOf(words: readonly string[]): Command | null {
  if (words.length === 0) return null;
  const name = words.join(" ");
  const known = COMMANDS.find((command) => command === name);
  if (known === undefined) throw unknownCommand(name, COMMANDS, ["schema"]);
  return known;
}
