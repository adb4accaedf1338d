/** Installs start-up hooks, or updates those that exist. */
import { installPlan } from "../../hook-setup/plan.ts";
import type { Invocation } from "../invocation.ts";
import { inSession } from "../session.ts";
import { confirmHooks } from "./hook-confirm.ts";
import { presentChoices, refuseWindows } from "./hook-places.ts";

export async function hookInstall(call: Invocation): Promise<number> {
  return inSession(call, async (session) => {
    refuseWindows();
    const optIn = call.values["optIn"] === true;
    return confirmHooks(
      {
        command: "hook install",
        chosen: await presentChoices(session.shared),
        optIn,
        planOf: (hook) => installPlan(hook, hook.wanted),
        isDone: ({ state }) => state === "installed",
        none: "Installed and up to date: nothing to do.\n",
        question: "Install it?",
        words: optIn ? " --opt-in" : "",
        done: "Installed. Status: checkpoints hook status. To remove it: checkpoints hook remove\n",
        notes: optIn
          ? []
          : ["it sweeps where auto_prune is on (see checkpoints config); with --opt-in the hook is the consent"],
      },
      call,
      session,
    );
  });
}
