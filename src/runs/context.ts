/** Everything a run is given, with the defaults filled in: bases, settings, machine, clock, stores, whom to tell. */
import { homedir } from "node:os";
import { configFileOf, type FindBases, findBases } from "../config/homes.ts";
import { resolveSettings } from "../config/settings.ts";
import { isSettingKey } from "../config/schema.ts";
import type { SettingFlag } from "../config/flags.ts";
import { errnoOf, GcError } from "../errors.ts";
import { bytePath, lstatOrNull, realPath } from "../fs/door.ts";
import { readTextFile } from "../fs/read-text.ts";
import type { Bench } from "../judge.ts";
import type { BaseRef } from "../model/home.ts";
import type { ResolvedSettings, Settings } from "../model/settings.ts";
import type { Logger, Machine, Progress } from "../model/surroundings.ts";
import type { CommonOptions } from "../options.ts";
import { observeMachine } from "../resolve/machine.ts";
import { resolveBase } from "../scan/base.ts";
import { readLedger } from "../state/ledger.ts";
import type { StoreAdapter } from "../stores/adapter.ts";
import { STORES } from "../stores/index.ts";
import { type Around, basesAround, neighboursOf } from "./neighbours.ts";
import { withProfiles } from "./profiles.ts";

export interface Context {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly now: () => number;
  readonly machine: Machine;
  readonly stores: readonly StoreAdapter[];
  readonly sharesLoop: boolean;
  readonly flags: readonly SettingFlag[];
  readonly mustExist: boolean;
  readonly signal: AbortSignal | undefined;
  readonly logger: Logger;
  readonly onProgress: (progress: Progress) => void;
  /** As found, not resolved yet. */
  readonly refs: readonly BaseRef[];
  /** These and the other bases of their homes, likewise. */
  readonly around: Around;
}

const SILENT: Logger = { debug: () => undefined, info: () => undefined, warn: () => undefined };

export async function contextOf(options: CommonOptions): Promise<Context> {
  const env = options.env ?? process.env;
  const machine = observeMachine();
  const home = env["HOME"] ?? "";
  const osHome = home === "" ? homedir() : home;
  const input: Omit<FindBases, "listProfiles"> = {
    env,
    osHome,
    platform: machine.platform,
    cwd: options.cwd ?? process.cwd(),
    homes: listOf(options.home),
    bases: listOf(options.base),
  };
  const { refs, around } = await withProfiles((listProfiles) => {
    const found = findBases({ ...input, listProfiles });
    return { refs: found, around: basesAround(found, { ...input, listProfiles }) };
  });
  return {
    env,
    now: options.now ?? Date.now,
    machine: { ...machine, userHome: osHome },
    stores: [...STORES, ...(options.stores ?? [])],
    sharesLoop: options.sharesLoop ?? true,
    flags: [...(options.flags ?? []), ...flagsOf(options.settings ?? {})],
    mustExist: options.mustExist ?? false,
    signal: options.signal,
    logger: options.logger ?? SILENT,
    onProgress: options.onProgress ?? (() => undefined),
    refs,
    around,
  };
}

function listOf(value: string | readonly string[] | undefined): readonly string[] {
  if (value === undefined) return [];
  return typeof value === "string" ? [value] : value;
}

/** Settings that a host passes as an object, under the name it gave them. */
function flagsOf(settings: Partial<Settings>): SettingFlag[] {
  return Object.entries(settings).map(([key, value]): SettingFlag => {
    if (!isSettingKey(key)) throw new GcError("usage", `settings.${key} is no setting of checkpoint-gc`);
    return { key, value, flag: `settings.${key}` };
  });
}

/** Each base once, resolved; `exists` false for those that are not there. Throws what a named one is missing or wrong for. */
export function basesOf(context: Context): { readonly ref: BaseRef; readonly exists: boolean }[] {
  const found = new Map<string, { ref: BaseRef; exists: boolean }>();
  for (const ref of context.refs) {
    const one = existing(ref, context);
    if (!found.has(one.ref.path)) found.set(one.ref.path, one);
  }
  return [...found.values()];
}

export function existing(ref: BaseRef, context: Context): { ref: BaseRef; exists: boolean } {
  const resolved = resolveBase(ref, context.machine.userHome);
  if (resolved !== null) return { ref: resolved, exists: true };
  if (context.mustExist) refuseMissing(ref);
  return { ref, exists: false };
}

function refuseMissing(ref: BaseRef): void {
  if (ref.named === "base") {
    throw new GcError("base-missing", `the base ${ref.path} does not exist: expected a directory of checkpoints`);
  }
  if (ref.named === "home" && !isThere(ref.home)) {
    throw new GcError("home-missing", `the home ${ref.home} does not exist: expected a Hermes home`, {
      hint: "without --home, $HERMES_HOME or ~/.hermes is used",
    });
  }
}

function isThere(path: string): boolean {
  try {
    return lstatOrNull(bytePath(realPath(path)))?.kind === "directory";
  } catch (error) {
    if (errnoOf(error) === null) throw error;
    return false;
  }
}

/** The settings of a base. Throws `settings-unreadable` and `settings-invalid`. */
export function settingsFor(ref: BaseRef, context: Context): ResolvedSettings {
  const path = configFileOf(ref.home, context.machine.platform);
  return resolveSettings({ file: readTextFile(path), path, flags: context.flags });
}

/** When the settings of a base last changed (ms, the file's ctime), or null where there is no file. */
export function configTime(ref: BaseRef, context: Context): number | null {
  try {
    return lstatOrNull(bytePath(realPath(configFileOf(ref.home, context.machine.platform))))?.ctime ?? null;
  } catch (error) {
    if (errnoOf(error) === null) throw error;
    return null;
  }
}

/** `state`: its state directory, or null where there is none. */
export async function benchFor(
  ref: BaseRef,
  state: string | null,
  settings: Settings,
  now: number,
  context: Context,
): Promise<Bench> {
  const { machine, stores, sharesLoop, signal, onProgress } = context;
  const ledger = await readLedger(state, machine.observer);
  const neighbours = neighboursOf(ref.path, context.around, machine.userHome);
  return { base: ref.path, settings, now, machine, stores, sharesLoop, ledger, signal, onProgress, neighbours };
}

/**
 * Refuses to write into a home that belongs to somebody else: the files that root makes would lock that user out.
 */
export function refuseForeignHome(ref: BaseRef, context: Context): void {
  if (context.machine.uid !== 0) return;
  const owner = lstatOrNull(bytePath(ref.path))?.uid ?? 0;
  if (owner === 0) return;
  throw new GcError("foreign-owner", `${ref.path} belongs to user ${owner}, and this runs as root`, {
    hint: `run it as that user: sudo -u '#${owner}' checkpoints ... --base ${ref.path}`,
  });
}
