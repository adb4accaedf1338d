/**
 * Programs whose snapshots and sessions are shown and never removed: they clean up by themselves, keep them in a database,
 * or name them in a way that says nothing of a directory. Pure.
 */
import { type HomeContext, pathOf, variableOf, xdgDirectory } from "../locations/paths.ts";
import type { OtherProgram } from "../model/others.ts";

/** The usual place of each, or that of its variable, whether it is there or not. */
export function otherPrograms(context: Omit<HomeContext, "cwd">): readonly OtherProgram[] {
  const { env, osHome, platform } = context;
  const path = pathOf(platform);
  const home = (name: string | null, ...usual: readonly string[]): string => {
    const named = name === null ? "" : (variableOf(env, name, platform) ?? "");
    return path.isAbsolute(named) ? named : path.join(osHome, ...usual);
  };
  const data = xdgDirectory("XDG_DATA_HOME", context);
  const qwen = home("QWEN_RUNTIME_DIR", ".qwen");
  return [
    {
      title: "Claude Code",
      path: path.join(home("CLAUDE_CONFIG_DIR", ".claude"), "file-history"),
      cleaning: "by itself",
    },
    { title: "Codex", path: path.join(home("CODEX_HOME", ".codex"), "sessions"), cleaning: null },
    { title: "Qwen Code", path: path.join(qwen, "file-history"), cleaning: "by itself" },
    { title: "Qwen Code", path: path.join(qwen, "history"), cleaning: null },
    { title: "Codewhale", path: path.join(home("CODEWHALE_HOME", ".deepseek"), "snapshots"), cleaning: null },
    { title: "pi", path: path.join(home("PI_CODING_AGENT_DIR", ".pi", "agent"), "checkpoints"), cleaning: null },
    { title: "Amazon Q", path: home(null, ".aws", "amazonq", "cli-checkouts"), cleaning: null },
    { title: "goose", path: path.join(data, "goose", "sessions"), cleaning: { command: "goose session remove" } },
    { title: "crush", path: path.join(data, "crush"), cleaning: null },
    { title: "opencode", path: path.join(data, "opencode", "opencode.db"), cleaning: null },
    { title: "Kilo", path: path.join(data, "kilo", "kilo.db"), cleaning: null },
  ];
}
