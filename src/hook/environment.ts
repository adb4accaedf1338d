/** The environment of a sweep: by an allow list, because an agent's environment contains secrets. */
import { AGENT_VARIABLES } from "../agents/variables.ts";
import type { Environment } from "../locations/paths.ts";

/**
 * `PATH` finds git, the home directories and the variables of agents select the checkpoints, `XDG_CONFIG_HOME` the settings
 * and `XDG_DATA_HOME` the desktop's trash, whose contents can be put back; some agents keep their things, and the locks of these
 * (`XDG_STATE_HOME`), in such directories as well; the rest is about the format of
 * times and where temporary files go. The last three are how a Node of Nix, conda or an AppImage finds its own
 * libraries.
 */
const ALLOWED =
  /^(?:PATH|HOME|XDG_CONFIG_HOME|XDG_DATA_HOME|XDG_STATE_HOME|USER|LOGNAME|CHECKPOINT_GC|LANG|LANGUAGE|LC_[A-Z]+|TZ|TZDIR|TMPDIR|TEMP|TMP|LD_LIBRARY_PATH|NIX_LD|NIX_LD_LIBRARY_PATH)$/;

/** Without `SystemRoot` no socket opens on Windows, and names there come in any case. */
const ALLOWED_ON_WINDOWS =
  /^(?:SYSTEMROOT|SYSTEMDRIVE|WINDIR|COMSPEC|PATHEXT|USERPROFILE|USERNAME|HOMEDRIVE|HOMEPATH|LOCALAPPDATA|APPDATA)$/;

/**
 * Set in every sweep that a hook started, and a hook that finds it does nothing. Where `command` by mistake names the
 * host itself, or an Electron is built to ignore ELECTRON_RUN_AS_NODE, each start would otherwise start the next one.
 */
const DETACHED = "CHECKPOINT_GC_DETACHED";

export function childEnvironment(env: Environment): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) if (value !== undefined && isAllowed(name)) kept[name] = value;
  return { ...kept, [DETACHED]: "1" };
}

export function isStartedByHook(env: Environment): boolean {
  return (env[DETACHED] ?? "") !== "";
}

function isAllowed(name: string): boolean {
  if (process.platform !== "win32") return AGENT_VARIABLES.has(name) || ALLOWED.test(name);
  const upper = name.toUpperCase();
  return AGENT_VARIABLES.has(upper) || ALLOWED.test(upper) || ALLOWED_ON_WINDOWS.test(upper);
}
