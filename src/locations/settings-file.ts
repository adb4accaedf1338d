/** Where our own file of settings is. With built-ins alone, because start-up hooks look whether it changed. */
import { type Environment, pathOf, userHomeOf, variableOf } from "./paths.ts";

/** Below the directory of a user's configuration. */
const NAME = ["checkpoint-gc", "config.yaml"] as const;

export function settingsFileOf(env: Environment, platform: string): string {
  return pathOf(platform).join(configurationHome(env, platform), ...NAME);
}

/**
 * `$XDG_CONFIG_HOME`, else `~/.config`; on Windows `%APPDATA%`. The specification says that a path which is not absolute
 * is ignored.
 */
function configurationHome(env: Environment, platform: string): string {
  const path = pathOf(platform);
  const named = variableOf(env, platform === "win32" ? "APPDATA" : "XDG_CONFIG_HOME", platform) ?? "";
  if (path.isAbsolute(named)) return path.normalize(named);
  return path.join(userHomeOf(env, platform), ...(platform === "win32" ? ["AppData", "Roaming"] : [".config"]));
}
