/** Prints the lines of a start-up hook, or the files of one, and changes nothing. */
import { GcError } from "../../errors.ts";
import { HOOK_LANGUAGES } from "../../model/hook-languages.ts";
import type { HookDocument } from "../../report/schema.ts";
import { visible } from "../../report/sanitize.ts";
import type { Invocation } from "../invocation.ts";
import { inSession, type Session } from "../session.ts";
import { oneOf } from "../suggestions.ts";
import { snippetIn, topicText } from "../topic-text.ts";
import { hookJson } from "./hook-show.ts";

export async function hookPrint(call: Invocation): Promise<number> {
  return inSession(call, async (session) => {
    const { shared, look } = session;
    const asked = call.values["for"];
    if (typeof asked === "string" && shared.agents.length > 0) {
      throw new GcError("usage", "--for and --agent cannot be used together");
    }
    const files = shared.agents.length > 0 ? await filesOfAgents(session) : [linesOf(asked)];
    if (shared.json) session.printJson(hookJson("hook print", { status: "done", files }, session));
    else {
      const texts = files.map(({ path, text }) => (path === null ? text : `# ${visible(path, look)}\n${text}`));
      session.print(texts.join("\n"));
    }
    return 0;
  });
}

function linesOf(asked: unknown): HookDocument["files"][number] {
  const language = typeof asked === "string" ? oneOf("--for", asked, HOOK_LANGUAGES) : "sh";
  return { path: null, text: snippetIn(topicText("agents"), language) };
}

/** As `install` would write them, whether the program is there or not; of a list only the entry. */
async function filesOfAgents({ shared }: Session): Promise<HookDocument["files"]> {
  const { choices, programHere, shownHooks } = await import("./hook-places.ts");
  const { placeText } = await import("../../hook-setup/plan.ts");
  const hooks = await shownHooks(await choices(shared), await programHere(), null);
  return hooks.map(({ place, wanted }) => ({ path: place.path, text: placeText(place, wanted) }));
}
