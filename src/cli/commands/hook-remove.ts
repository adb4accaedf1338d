/** Removes start-up hooks that were installed from here. */
import { removePlan } from "../../hook-setup/plan.ts";
import type { Invocation } from "../invocation.ts";
import { inSession } from "../session.ts";
import { confirmHooks } from "./hook-confirm.ts";
import { choices } from "./hook-places.ts";

export async function hookRemove(call: Invocation): Promise<number> {
  return inSession(call, async (session) =>
    confirmHooks(
      {
        command: "hook remove",
        chosen: (await choices(session.shared)).filter(({ isThere }) => isThere),
        optIn: null,
        planOf: removePlan,
        isDone: ({ state }) => state === "missing" || state === "foreign",
        none: "No hook is installed: nothing to remove.\n",
        question: "Remove it?",
        words: "",
        done: "Removed.\n",
        notes: [],
      },
      call,
      session,
    ),
  );
}
