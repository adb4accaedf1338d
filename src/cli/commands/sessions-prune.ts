/** `sessions prune`: prune of session files alone, and on request the agents' own commands for the rows beside them. */
import { agentNamed } from "../../agents/agent.ts";
import { AGENTS } from "../../agents/index.ts";
import { settingsOfKind } from "../../model/settings.ts";
import { pathText, shellWord } from "../../report/paths.ts";
import type { RenderContext } from "../../report/render-context.ts";
import { type BaseSettings, settingsOf } from "../../runs/config.ts";
import type { Invocation } from "../invocation.ts";
import { inSession } from "../session.ts";
import { prune } from "./prune.ts";

export async function sessionsPrune(call: Invocation): Promise<number> {
  const asked = { ...call, sessions: true };
  const code = await prune(asked);
  if (code !== 0 || call.values["includeFiles"] !== true) return code;
  return inSession(asked, async (session) => {
    const bases = await session.during(settingsOf);
    const text = bases.flatMap((base) => rowsLines(base, session.look)).join("");
    if (session.shared.json) session.say(text);
    else session.print(text);
    return 0;
  });
}

/** Nothing where rows are kept for ever, or there are none. */
function rowsLines({ ref, settings }: BaseSettings, look: RenderContext): readonly string[] {
  const rows = agentNamed(AGENTS, ref.agent)?.rowsCommand?.(ref.home) ?? null;
  if (rows === null || settings === null) return [];
  const days = settingsOfKind(settings.values, rows.kind).retention_days;
  if (days <= 0) return [];
  const env = Object.entries(rows.env).map(([name, value]) => `${name}=${shellWord(value)}`);
  const argv = rows.argv(Math.ceil(days)).map(shellWord);
  return [
    `\nRows and messages of sessions of ${pathText(ref.home, look)} stay. To remove them: ${[...env, ...argv].join(" ")}\n`,
    `${rows.note}\n`,
  ];
}
