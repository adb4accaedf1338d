/** What a timer runs, as values; each kind of timer writes it down in its own way. */
import { createHash } from "node:crypto";
import { GcError } from "../errors.ts";
import type { Every } from "./every.ts";

/** A home with its profiles, or a base. */
export interface Target {
  readonly flag: "--home" | "--base";
  /** Absolute. */
  readonly path: string;
}

export interface Task {
  /** Absolute paths of the program and of our command. */
  readonly node: string;
  readonly script: string;
  readonly targets: readonly Target[];
  /** `key=value`, as given with `--set`. */
  readonly sets: readonly string[];
  readonly every: Every;
  /** See `timesOf`. */
  readonly spread: number;
}

/**
 * The whole command line. `--opt-in`: whoever installs a timer has agreed to what it does. `--now`: the timer is the
 * interval, and must not wait for the next one because Hermes has stamped the marker a minute ago.
 */
export function argvOf({
  node,
  script,
  targets,
  sets,
}: Pick<Task, "node" | "script" | "targets" | "sets">): readonly string[] {
  return [
    node,
    script,
    "auto",
    "--opt-in",
    "--now",
    ...targets.flatMap(({ flag, path }) => [flag, path]),
    ...sets.flatMap((set) => ["--set", set]),
  ];
}

/** The paths that a command line needs to find: program, command, and what its flags name. */
export function pathsIn(argv: readonly string[]): readonly string[] {
  const named = argv.filter((_, index) => argv[index - 1] === "--home" || argv[index - 1] === "--base");
  return [...argv.slice(0, 2), ...named];
}

/**
 * No kind of timer holds a line break in a word, XML holds no control character at all, and half a surrogate pair has
 * no bytes. Throws `usage`.
 */
export function refuseUnwritable(argv: readonly string[]): void {
  const bad = argv.find((word) => /[\p{Cc}\p{Cs}\u2028\u2029\ufffe\uffff]/u.test(word));
  if (bad === undefined) return;
  throw new GcError("usage", `${JSON.stringify(bad)} cannot be written into a timer: expected no control characters`);
}

/** The same on each call for one machine and user, and another one for the next. */
export function spreadOf(hostName: string, userHome: string): number {
  return createHash("sha256").update(`${hostName}\0${userHome}`).digest().readUInt32BE(0);
}
