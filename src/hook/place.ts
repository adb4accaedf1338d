/** Where the hook looks: the rules of config/homes.ts, which brings more than built-ins. */
import { node } from "./builtins.ts";
import { type Environment, valueOf } from "./environment.ts";

export interface Place {
  /** How `auto` is told about it: `--home` or `--base`. */
  readonly kind: "home" | "base";
  /** Absolute. */
  readonly path: string;
  /** Home directory of the user, which can be no base. */
  readonly userHome: string;
}

/** A base, by the home that it is in and that has its config.yaml. */
export interface BasePlace {
  readonly home: string;
  readonly name: string;
  readonly userHome: string;
}

interface Named {
  readonly home?: string | undefined;
  readonly base?: string | undefined;
}

/** Throws for a name that is empty, as an unset variable is: it would otherwise mean the working directory. */
export function placesOf(named: Named, env: Environment): readonly Place[] {
  const userHome = userHomeOf(env);
  const places: Place[] = [];
  for (const kind of ["home", "base"] as const) {
    const typed: unknown = named[kind];
    if (typed === undefined) continue;
    if (typeof typed !== "string" || typed.trim() === "") throw new Error(`${kind} is empty: expected a directory`);
    places.push({ kind, path: node.path.resolve(expanded(typed, userHome)), userHome });
  }
  return places.length > 0 ? places : [{ kind: "home", path: defaultHome(env, userHome), userHome }];
}

export function baseOf({ kind, path, userHome }: Place): BasePlace {
  if (kind === "home") return baseOfHome(path, userHome);
  return { home: node.path.dirname(path), name: node.path.basename(path), userHome };
}

export function baseOfHome(home: string, userHome: string): BasePlace {
  return { home, name: "checkpoints", userHome };
}

/** Where the state of a base is, usually; with a slash everywhere, which Windows takes too, because `join` costs more. */
export function stateBeside(parent: string, name: string): string {
  return `${parent}/.${name}.gc`;
}

/** Where the state of a resolved base may be; the first that is there counts. As in state/place.ts. */
export function statesOf(base: string): readonly string[] {
  return [stateBeside(node.path.dirname(base), node.path.basename(base)), `${base}/.checkpoint-gc`];
}

function defaultHome(env: Environment, userHome: string): string {
  const named = valueOf(env, "HERMES_HOME")?.trim() ?? "";
  if (named !== "") return node.path.resolve(expanded(named, userHome));
  if (process.platform !== "win32") return node.path.resolve(userHome, ".hermes");
  const local = valueOf(env, "LOCALAPPDATA")?.trim() ?? "";
  return node.path.resolve(local === "" ? node.path.join(userHome, "AppData", "Local") : local, "hermes");
}

/** Asked of the environment first, as `os.homedir()` does, because the host may bring one that is not the process's. */
function userHomeOf(env: Environment): string {
  const named = valueOf(env, process.platform === "win32" ? "USERPROFILE" : "HOME") ?? "";
  return named === "" ? node.os.homedir() : named;
}

function expanded(typed: string, userHome: string): string {
  const start = process.platform === "win32" ? /^~(?=$|[/\\])/ : /^~(?=$|\/)/;
  return typed.replace(start, () => userHome);
}
