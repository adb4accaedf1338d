/** Prints the lines of a start-up hook, and changes nothing. */
import { HOOK_LANGUAGES } from "../../model/hook-languages.ts";
import type { Invocation } from "../invocation.ts";
import { inSession } from "../session.ts";
import { oneOf } from "../suggestions.ts";
import { snippetIn, topicText } from "../topic-text.ts";
import { hookJson } from "./hook-show.ts";

export async function hookPrint(call: Invocation): Promise<number> {
  return inSession(call, (session) => {
    const asked = call.values["for"];
    const language = typeof asked === "string" ? oneOf("--for", asked, HOOK_LANGUAGES) : "sh";
    const text = snippetIn(topicText("agents"), language);
    const files = [{ path: null, text }];
    if (session.shared.json) session.printJson(hookJson("hook print", { status: "done", files }, session));
    else session.print(text);
    return Promise.resolve(0);
  });
}
