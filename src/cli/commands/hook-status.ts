/** Which start-up hooks are installed, and whether they can start anything. */
import type { Invocation } from "../invocation.ts";
import { inSession } from "../session.ts";
import { choices, programHere, shownHooks } from "./hook-places.ts";
import { hookDocument, hookJson, hooksText } from "./hook-show.ts";

export async function hookStatus(call: Invocation): Promise<number> {
  return inSession(call, async (session) => {
    const { shared, look } = session;
    const hooks = await shownHooks(await choices(shared), await programHere(), null);
    if (shared.json)
      session.printJson(hookJson("hook status", { status: "done", hooks: hooks.map(hookDocument) }, session));
    else session.print(hooksText(hooks, look));
    return 0;
  });
}
