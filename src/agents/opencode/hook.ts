/**
 * Start-up hooks of opencode: "Plugins" (opencode.ai/docs/plugins): each .js or .ts file in `plugins` of its directory of
 * configuration is imported at its start, and the functions that it exports are called and waited for. Tried with
 * opencode-linux-x64 1.18.34, which runs them in Bun.
 */
import { pathOf, xdgDirectory } from "../../locations/paths.ts";
import { stateBeside } from "../../locations/state.ts";
import { HOOK_NAME, type HookHost } from "../hook-site.ts";
import { startText } from "../hook-script.ts";
import { SNAPSHOT } from "./names.ts";

export const opencodeHook: HookHost = {
  name: "opencode",
  title: "opencode",
  sites: (search) => {
    const path = pathOf(search.platform);
    const usual = path.join(xdgDirectory("XDG_CONFIG_HOME", search), "opencode");
    const base = path.join(xdgDirectory("XDG_DATA_HOME", search), "opencode");
    const homes = search.homes.length > 0 ? search.homes.map((home) => path.resolve(home)) : [usual];
    return homes.map((home) => ({
      home,
      places: [
        {
          kind: "file",
          path: path.join(home, "plugins", `${HOOK_NAME}.js`),
          text: (argv) =>
            `${startText(argv)}\nexport const CheckpointGc = async () => {\n  start();\n  return {};\n};\n`,
          comment: ["// ", ""],
        },
      ],
      words: ["--agent", "opencode"],
      gate: { next: path.join(stateBeside(base, SNAPSHOT), "next"), settings: search.ownFile },
      notes: [],
    }));
  },
};
