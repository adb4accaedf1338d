/**
 * Start-up hooks of Hermes. Its user guide, "Event Hooks" (website/docs/user-guide/features/hooks.md of NousResearch/hermes-agent,
 * 006a5ae, 2026), and the code that it describes (gateway/hooks.py 078385e, agent/shell_hooks.py 00067189):
 *
 * - a gateway imports `<home>/hooks/<name>/handler.py` once at its start, where HOOK.yaml beside it names an event, and calls
 *   `handle(event, context)` in its own process; to place the files is the consent;
 * - command line, desktop and gateway run the commands of `hooks:` in config.yaml, split by shlex, without a shell, with JSON on their
 *   standard input. They wait for its end, and read its standard output as JSON, empty included. The first time Hermes asks on a terminal
 *   for each event and command, and keeps the answer in shell-hooks-allowlist.json, which is its own to write. Where it cannot ask it
 *   skips the hook.
 */
import { pathOf, resolveTyped } from "../../locations/paths.ts";
import { stateBeside } from "../../locations/state.ts";
import { HOOK_NAME, type HookHost, type HookSearch, type HookSite } from "../hook-site.ts";
import { BASE_NAME, configFileOf, defaultHome } from "./locations.ts";

export const hermesHook: HookHost = {
  name: "hermes",
  title: "Hermes",
  sites: (search) => {
    const homes = search.homes.map((home) => resolveTyped(home, search));
    return (homes.length > 0 ? homes : [defaultHome(search)]).map((home) => siteIn(home, search));
  },
};

function siteIn(home: string, { platform }: HookSearch): HookSite {
  const path = pathOf(platform);
  const directory = path.join(home, "hooks", HOOK_NAME);
  const settings = configFileOf(home, platform);
  return {
    home,
    directory,
    places: [
      { kind: "file", path: path.join(directory, "HOOK.yaml"), text: () => MANIFEST, comment: ["# ", ""] },
      {
        kind: "file",
        path: path.join(directory, "handler.py"),
        text: handler,
        comment: ["# ", ""],
        derived: { directory: path.join(directory, "__pycache__"), prefix: "handler." },
      },
      {
        kind: "entry",
        path: settings,
        list: { format: "yaml", map: "hooks", list: "on_session_start" },
        entry: (command) => ({ command, timeout: 5 }),
      },
    ],
    words: ["--home", home],
    gate: { next: path.join(stateBeside(home, BASE_NAME), "next"), settings },
    notes: [
      `Hermes will ask once whether it may run the command in ${settings}: answer yes in a terminal, since the desktop ` +
        "skips a hook that was not allowed",
      "a gateway that is running loads the hook when it is started again",
    ],
  };
}

const MANIFEST = `name: ${HOOK_NAME}
description: Starts an automatic sweep of checkpoints if one is due
events:
  - gateway:startup
`;

/**
 * A thread waits for the command, and holds up neither the gateway nor its end. Strings of JSON
 * are strings of Python, but for pairs of surrogates, which JSON.stringify does not write.
 */
function handler(argv: readonly string[]): string {
  return `"""Starts \`checkpoints auto\` in the background. Never raises, and returns at once."""
import subprocess
import threading

COMMAND = [
${argv.map((word) => `    ${JSON.stringify(word)},\n`).join("")}]


def handle(event_type, context):
    try:
        child = subprocess.Popen(
            COMMAND,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
            start_new_session=True,
        )
        # So that it does not stay as a zombie.
        threading.Thread(target=child.wait, name="${HOOK_NAME}", daemon=True).start()
    except Exception:
        pass
`;
}
