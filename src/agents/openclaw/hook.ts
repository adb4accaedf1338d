/**
 * Start-up hooks of OpenClaw: docs/automation/hooks.md, hooks/writing-hooks.md and hooks/configuration.md of openclaw 2026.9.6. Each
 * directory in `<state>/hooks` with a HOOK.md, whose head names events, and a handler.js is a hook. The gateway imports it, calls its
 * default export and waits for that. It is used once it is enabled in the configuration, which `openclaw hooks enable` writes. Tried with a gateway of that version.
 */
import { pathOf } from "../../locations/paths.ts";
import { stateBeside } from "../../locations/state.ts";
import { HOOK_NAME, type HookHost } from "../hook-site.ts";
import { startText } from "../hook-script.ts";
import { usualHome } from "./homes.ts";
import { DEFAULT_AGENT } from "./names.ts";

export const openclawHook: HookHost = {
  name: "openclaw",
  title: "OpenClaw",
  sites: (search) => {
    const path = pathOf(search.platform);
    const usual = usualHome({ ...search, bases: [], listDirectories: () => [] });
    const homes = search.homes.length > 0 ? search.homes.map((home) => path.resolve(home)) : [usual];
    return homes.map((home) => {
      const directory = path.join(home, "hooks", HOOK_NAME);
      const base = path.join(home, "agents", DEFAULT_AGENT);
      return {
        home,
        directory,
        places: [
          { kind: "file", path: path.join(directory, "HOOK.md"), text: () => MANIFEST, comment: ["<!-- ", " -->"] },
          {
            kind: "file",
            path: path.join(directory, "handler.js"),
            text: (argv) => `${startText(argv)}\nexport default function handler() {\n  start();\n}\n`,
            comment: ["// ", ""],
          },
        ],
        words: ["--agent", "openclaw"],
        gate: { next: path.join(stateBeside(base, "sessions"), "next"), settings: search.ownFile },
        notes: [`OpenClaw loads it once it is enabled there: openclaw hooks enable ${HOOK_NAME}`],
      };
    });
  },
};

const MANIFEST = `---
name: ${HOOK_NAME}
description: "Starts an automatic sweep of checkpoints if one is due"
metadata:
  { "openclaw": { "events": ["gateway:startup"] } }
---

# ${HOOK_NAME}

Starts \`checkpoints auto\` in the background when the gateway starts.
`;
