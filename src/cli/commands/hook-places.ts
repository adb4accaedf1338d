/** The programs that `hook` is about, what belongs into each, and what is there. */
import { fileURLToPath } from "node:url";
import { HOOK_HOSTS } from "../../agents/hook-hosts.ts";
import type { HookHost, HookPlace, HookSearch, HookSite } from "../../agents/hook-site.ts";
import { GcError } from "../../errors.ts";
import { bytePath, lstatOrNull } from "../../fs/syscalls.ts";
import { type HookProgram, hookArgv, programIn } from "../../hook-setup/command.ts";
import { type FoundHook, inspect } from "../../hook-setup/inspect.ts";
import { settingsFileOf } from "../../locations/settings-file.ts";
import { alternatives } from "../../report/format.ts";
import { foreignHere } from "../../schedule/system.ts";
import { stablePath } from "../../schedule/stable-path.ts";
import { resolveTyped } from "../../locations/paths.ts";
import type { Shared } from "../parse.ts";
import { placeHere } from "./schedule-place.ts";

export const OPT_IN = "--opt-in";

/** A place of a hook with what it runs. */
export interface ShownHook extends FoundHook {
  readonly host: HookHost;
  readonly site: HookSite;
  /** What an up to date one runs. */
  readonly wanted: readonly string[];
  /** Its home is there: the program is used here. */
  readonly isThere: boolean;
  /** Paths of what it runs that are not there. */
  readonly gone: readonly string[];
}

export interface HookChoice {
  readonly host: HookHost;
  readonly site: HookSite;
  readonly isThere: boolean;
}

/** Every place of the programs that were named, else of all. Throws `usage`. */
export async function choices(shared: Shared): Promise<readonly HookChoice[]> {
  const { bases, sets } = shared;
  if (bases.length > 0 || sets.length > 0) {
    const [option] = bases.length > 0 ? ["--base"] : ["--set"];
    throw new GcError("usage", `a hook takes no ${option}: expected --agent or --home`, {
      hint: "It runs checkpoints auto, with the settings of each agent.",
    });
  }
  return hookChoices(shared, { isStrict: true });
}

/** `isStrict`: an agent that has no hooks is an error, and does not just have none. */
export async function hookChoices(
  { agents, homes }: Shared,
  { isStrict }: { readonly isStrict: boolean },
): Promise<readonly HookChoice[]> {
  const known = HOOK_HOSTS.map(({ name }) => name);
  const named = isStrict ? agents : agents.filter((name) => known.includes(name));
  const hosts = agents.length === 0 ? HOOK_HOSTS : named.map((name) => hostNamed(name, known));
  const [first, ...others] = homes.length > 0 && agents.length === 0 ? HOOK_HOSTS.slice(0, 1) : hosts;
  if (homes.length > 0 && others.length > 0) {
    throw new GcError("usage", `--home belongs to one agent, and --agent names ${agents.join(", ")}`);
  }
  const search = searchHere(homes);
  const all = [...new Set([...(first === undefined ? [] : [first]), ...others])].flatMap((host) =>
    host.sites(search).map((site) => ({ host, site })),
  );
  // A home may be on a mount that does not answer.
  const found = await foreignHere().resolve(all.map(({ site }) => site.home));
  return all.map((one) => ({ ...one, isThere: found.get(one.site.home)?.end.kind === "directory" }));
}

/** Those whose program is used here. Throws where one that was named is not, and where there is none. */
export async function presentChoices(shared: Shared): Promise<readonly HookChoice[]> {
  const all = await choices(shared);
  const there = all.filter(({ isThere }) => isThere);
  const missing = all.find(({ isThere }) => !isThere);
  const isNamed = shared.agents.length + shared.homes.length > 0;
  if (missing !== undefined && (isNamed || there.length === 0)) {
    const [what, where] = isNamed
      ? [
          `the home ${missing.site.home} does not exist: expected a home of ${missing.host.title}`,
          "Name another one with --home.",
        ]
      : [
          "no program that a hook can be installed in is used here",
          `Name one with --agent: ${alternatives(all.map(({ host }) => host.name))}.`,
        ];
    throw new GcError("home-missing", what, { hint: where });
  }
  for (const { site } of there) refuseForeign(site.home);
  return there;
}

export async function programHere(): Promise<HookProgram> {
  const { env, platform } = placeHere();
  const paths = foreignHere();
  const script = fileURLToPath(new URL("../bin/checkpoints.js", __DIST__));
  return {
    node: await stablePath("node", process.execPath, { env, platform }, paths),
    script: await stablePath("checkpoints", script, { env, platform }, paths),
  };
}

export async function shownHooks(
  chosen: readonly HookChoice[],
  program: HookProgram,
  optIn: boolean | null,
): Promise<readonly ShownHook[]> {
  const ownFile = settingsFileOf(process.env, process.platform);
  const paths = await foreignHere().resolve(chosen.flatMap(({ site }) => site.places.map(({ path }) => path)));
  const inspectAt = (place: HookPlace, argv: readonly string[]): FoundHook => {
    const end = paths.get(place.path)?.end;
    if (end?.kind !== "trouble") return inspect(place, argv);
    return { place, state: "unreadable", argv: null, message: end.message, text: null, index: null };
  };
  const found = chosen.flatMap(({ host, site, isThere }) => {
    const wanted = hookArgv(site, program, { ownFile, optIn: optIn ?? false });
    return site.places.map((place) => {
      const seen = inspectAt(place, wanted);
      // Both are as they should be: what was chosen at its installation is in it.
      const asItIs = optIn === null && seen.state === "outdated" && seen.argv?.includes(OPT_IN) === true;
      const again = asItIs ? inspect(place, hookArgv(site, program, { ownFile, optIn: true })) : seen;
      return { ...again, host, site, isThere, wanted };
    });
  });
  const missing = await foreignHere().resolve(found.flatMap(({ argv }) => programIn(argv ?? [])));
  const isGone = (path: string): boolean => missing.get(path)?.end.kind === "missing";
  return found.map((each) => ({ ...each, gone: programIn(each.argv ?? []).filter(isGone) }));
}

/** A hook is a program of sh. */
export function refuseWindows(): void {
  if (process.platform !== "win32") return;
  throw new GcError("usage", "a hook cannot be installed on Windows: expected Linux or macOS", {
    hint: "To print its lines: checkpoints hook print --for powershell",
  });
}

function hostNamed(name: string, known: readonly string[]): HookHost {
  const host = HOOK_HOSTS.find((each) => each.name === name);
  if (host !== undefined) return host;
  throw new GcError("usage", `--agent is "${name}": expected ${alternatives(known)}`, {
    hint: "For another agent: checkpoints hook print --for sh, or python, or node.",
  });
}

function searchHere(homes: readonly string[]): HookSearch {
  const { env, platform, userHome } = placeHere();
  const here = { env, osHome: userHome, platform, cwd: process.cwd() };
  const empty = homes.find((home) => home.trim() === "");
  if (empty !== undefined) throw new GcError("usage", "--home is empty: expected a directory");
  return { ...here, homes: homes.map((home) => resolveTyped(home, here)), ownFile: settingsFileOf(env, platform) };
}

/** What root creates in another user's home its owner could not change. */
function refuseForeign(home: string): void {
  if (process.geteuid?.() !== 0) return;
  const owner = lstatOrNull(bytePath(home))?.uid ?? 0;
  if (owner === 0) return;
  throw new GcError("foreign-owner", `${home} belongs to user ${owner}, and this runs as root`, {
    hint: `Run it as that user: sudo -u '#${owner}' checkpoints hook ...`,
  });
}
