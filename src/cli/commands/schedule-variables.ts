/**
 * Variables of this shell that a timer is written with: those that say where settings, the desktop's trash and agents have their
 * places, where a timer of this account would look elsewhere without them.
 */
import { isAbsolute, resolve } from "node:path";
import { AGENT_VARIABLES, TYPED_VARIABLES } from "../../agents/variables.ts";
import { resolveTyped } from "../../locations/paths.ts";
import type { PlaceVariables } from "../../schedule/program-path.ts";
import type { TimerHost } from "../../schedule/timer.ts";

/** A relative one counts for no program. */
const DIRECTORIES = ["XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"] as const;

/**
 * `accountHome`: the home that a timer gets; null where the account has none. `cwd` is what relative variables are relative to,
 * where an agent lets them be. None on Windows, whose tasks have the variables of the user.
 */
export function placeVariables(
  { env, platform, userHome }: Pick<TimerHost, "env" | "platform" | "userHome">,
  accountHome: string | null,
  cwd: string,
): PlaceVariables {
  if (platform === "win32") return {};
  const isUsual = accountHome !== null && resolve(accountHome) === resolve(userHome);
  const named: Record<string, string> = isUsual || !isAbsolute(userHome) ? {} : { HOME: userHome };
  for (const name of [...DIRECTORIES, ...AGENT_VARIABLES]) {
    const value = env[name] ?? "";
    if (isAbsolute(value)) named[name] = value;
    else if (TYPED_VARIABLES.has(name) && value.trim() !== "") {
      named[name] = resolveTyped(value.trim(), { osHome: userHome, platform, cwd });
    }
  }
  return named;
}
