/** What a timer runs, as values; each kind of timer renders it in its own format. */
import { createHash } from "node:crypto";
import { GcError } from "../errors.ts";
import type { Every } from "./every.ts";
import { type PlaceVariables, splitPath, UNWRITABLE, withPath } from "./program-path.ts";

/** A home with its profiles, or a base. */
export interface Target {
  readonly flag: "--home" | "--base";
  /** Absolute. */
  readonly path: string;
}

export interface Task {
  /** Absolute paths of node and of our command. */
  readonly node: string;
  readonly script: string;
  /** The PATH of the command; null: the system's default. */
  readonly path: string | null;
  /** Where settings, the desktop's trash and agents' homes are, if not where the account has them. */
  readonly places: PlaceVariables;
  readonly targets: readonly Target[];
  /** As given with `--agent`. */
  readonly agents: readonly string[];
  /** `key=value`, as given with `--set`. */
  readonly sets: readonly string[];
  readonly every: Every;
  /** See `timesOf`. */
  readonly spread: number;
}

/**
 * The whole command line. `--opt-in`: installing a timer is the consent. `--now`: the timer is the interval, and must
 * not wait for the next one because the agent wrote the marker a minute ago.
 */
export function argvOf({
  node,
  script,
  path,
  places,
  agents,
  targets,
  sets,
}: Pick<Task, "node" | "script" | "path" | "places" | "agents" | "targets" | "sets">): readonly string[] {
  const own = [
    node,
    script,
    "auto",
    "--opt-in",
    "--now",
    ...agents.flatMap((agent) => ["--agent", agent]),
    ...targets.flatMap(({ flag, path }) => [flag, path]),
    ...sets.flatMap((set) => ["--set", set]),
  ];
  return withPath(path, own, places);
}

/** The paths that a command line depends on: node, command, and those of its flags. */
export function pathsIn(whole: readonly string[]): readonly string[] {
  const { argv } = splitPath(whole);
  const named = argv.filter((_, index) => argv[index - 1] === "--home" || argv[index - 1] === "--base");
  return [...argv.slice(0, 2), ...named];
}

/** Throws `usage` for an argument that no timer can hold. */
export function refuseUnwritable(argv: readonly string[]): void {
  const bad = argv.find((word) => UNWRITABLE.test(word));
  if (bad === undefined) return;
  throw new GcError("usage", `${JSON.stringify(bad)} cannot be written into a timer: expected no control characters`);
}

/** The same on each call for one machine and user, and different for the next. */
export function jitterSeed(hostName: string, userHome: string): number {
  return createHash("sha256").update(`${hostName}\0${userHome}`).digest().readUInt32BE(0);
}
