/**
 * Start-up hooks of Gemini CLI: docs/hooks/reference.md of google-gemini/gemini-cli (06c0d81), and hooks/hookRegistry.js and
 * hookRunner.js of @google/gemini-cli-core 0.61.0: `hooks.SessionStart` in settings.json of its home is a list of groups with a
 * matcher (startup, resume, clear) and commands for bash, with a timeout in milliseconds. It waits for their end; what they print
 * has to be JSON, or nothing. Tried with gemini-cli 0.61.0.
 */
import { pathOf } from "../../locations/paths.ts";
import { stateBeside } from "../../locations/state.ts";
import { HOOK_NAME, type HookHost } from "../hook-site.ts";
import { usualHomes } from "./homes.ts";
import { HISTORY } from "./names.ts";

export const geminiHook: HookHost = {
  name: "gemini",
  title: "Gemini CLI",
  sites: (search) => {
    const path = pathOf(search.platform);
    const [usual] = usualHomes(search);
    const homes = search.homes.length > 0 ? search.homes.map((home) => path.resolve(home)) : [usual?.home ?? ""];
    return homes.map((home) => ({
      home,
      places: [
        {
          kind: "entry",
          path: path.join(home, "settings.json"),
          list: { format: "json", map: "hooks", list: "SessionStart" },
          entry: (command) => ({
            matcher: "startup",
            hooks: [{ name: HOOK_NAME, type: "command", command, timeout: 5000 }],
          }),
        },
      ],
      words: ["--agent", "gemini"],
      gate: { next: path.join(stateBeside(home, HISTORY), "next"), settings: search.ownFile },
      notes: ["Gemini CLI runs it in folders that it trusts"],
    }));
  },
};
