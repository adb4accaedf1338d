/**
 * Start-up hooks of Claude Code: "Hooks reference" (docs.claude.com/docs/claude-code/hooks, code.claude.com/docs/en/hooks, 2026):
 * `hooks.SessionStart` in settings.json of `$CLAUDE_CONFIG_DIR`, else of ~/.claude, is a list of groups with a matcher (startup,
 * resume, clear, compact) and commands for a shell, with a timeout in seconds. What a command prints becomes a part of the
 * conversation, so a hook of ours prints nothing. Tried with claude-code-linux-x64 2.1.332, which runs it without a login as well.
 */
import { pathOf, variableOf } from "../../locations/paths.ts";
import { AGENT_NAMES } from "../names.ts";
import type { HookHost } from "../hook-site.ts";

/** Where the program keeps its things; a sweep has no use for it. */
const VARIABLE = "CLAUDE_CONFIG_DIR";

export const claudeHook: HookHost = {
  name: "claude",
  title: "Claude Code",
  sites: ({ env, osHome, platform, homes }) => {
    const path = pathOf(platform);
    const named = variableOf(env, VARIABLE, platform) ?? "";
    const usual = path.isAbsolute(named) ? named : path.join(osHome, ".claude");
    return (homes.length > 0 ? homes.map((home) => path.resolve(home)) : [usual]).map((home) => ({
      home,
      places: [
        {
          kind: "entry",
          path: path.join(home, "settings.json"),
          list: { format: "json", map: "hooks", list: "SessionStart" },
          entry: (command) => ({ matcher: "startup", hooks: [{ type: "command", command, timeout: 5 }] }),
        },
      ],
      // It has no bases that are collected: a hook there is for those of all agents.
      words: AGENT_NAMES.flatMap((name) => ["--agent", name]),
      gate: null,
      notes: [],
    }));
  },
};
