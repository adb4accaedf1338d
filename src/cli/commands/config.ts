import { renderConfig, type ConfigView } from "../../report/config-view.ts";
import { configJson } from "../../report/more-json.ts";
import { type BaseSettings, settingsOf } from "../../runs/config.ts";
import type { Invocation } from "../invocation.ts";
import { failureOf } from "../../runs/prune.ts";
import { exitCodeOfBases, inSession, saySettingsErrors } from "../session.ts";

export async function config(call: Invocation): Promise<number> {
  return inSession(call, async (session) => {
    const { shared, look } = session;
    const found = await session.during(settingsOf);
    const views = viewsOf(found);
    saySettingsErrors(views, session);
    if (shared.json) session.printJson(configJson(views, session.meta(false)));
    else session.print(renderConfig(views, look));
    return exitCodeOfBases(views);
  });
}

export function viewsOf(found: readonly BaseSettings[]): readonly ConfigView[] {
  return found.map(({ ref, settings, error, settingsError, keepProblems }) => ({
    ref,
    resolved: settings,
    error,
    ...(settingsError === null ? {} : { settingsError: failureOf(settingsError) }),
    keepProblems,
  }));
}
