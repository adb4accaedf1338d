/** Everything a run needs, with the defaults filled in: bases, settings, machine, clock, stores, callbacks. */
import { basename, dirname } from "node:path";
import { type FindBases, kindsAt } from "../agents/agent.ts";
import type { SettingFlag } from "../config/flags.ts";
import { GcError } from "../errors.ts";
import { homeDirectory } from "../fs/account.ts";
import { bytePath, lstatOrNull } from "../fs/syscalls.ts";
import type { JudgeContext } from "../judge.ts";
import type { BaseRef } from "../model/home.ts";
import { settingNamed, type Settings, type SettingsInput } from "../model/settings.ts";
import { settingsFileOf as ownSettingsFile } from "../locations/settings-file.ts";
import type { Logger, Machine, Progress } from "../model/surroundings.ts";
import type { CommonOptions } from "../options.ts";
import { observeMachine } from "../resolve/machine.ts";
import { copiedAt } from "./copied.ts";
import { type Borrowers, borrowersOnce } from "../scan/borrowing.ts";
import { danglingBase, goneBase, resolveBase } from "../scan/base.ts";
import { witnessesOf } from "../scan/witness.ts";
import { readLedger } from "../state/ledger.ts";
import { findState } from "../state/place.ts";
import { agentOf, type AgentScope, agentScope, kindsOf, listOf } from "./agents.ts";
import { furtherBases } from "./further-bases.ts";
import { keepsFor } from "./patterns.ts";
import { foreignPaths, type ForeignPaths, type ForeignSearch } from "../resolve/foreign.ts";
import { basesIn, type RelatedBases, relatedBases } from "./sibling-bases.ts";
import { basesNamed, type Unlisted } from "./usual-bases.ts";
import { withListings } from "./listings.ts";
import { withSharedCause } from "./shared-cause.ts";

export interface RunContext extends AgentScope {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly now: () => number;
  readonly machine: Machine;
  readonly sharesLoop: boolean;
  readonly flags: readonly SettingFlag[];
  readonly mustExist: boolean;
  readonly signal: AbortSignal | undefined;
  readonly logger: Logger;
  readonly onProgress: (progress: Progress) => void;
  /** Our own file of settings, whether it is there or not. */
  readonly ownFile: string;
  /** It was there when the run began. */
  readonly ownFileSeen: boolean;
  /** As found, not resolved yet. */
  readonly refs: readonly BaseRef[];
  /** Agents whose bases could not be found, each as a base where its search ended. */
  readonly unlisted: readonly Unlisted[];
  /** Resolves paths of the settings and of the command line. */
  readonly paths: ForeignPaths;
  /**
   * These and the other bases of their homes, with the repos there that borrow from elsewhere: computed once per run.
   */
  readonly borrowers: Borrowers;
}

const SILENT: Logger = { debug: () => undefined, info: () => undefined, warn: () => undefined };

/** Where a run is, before its bases are known. */
export function machineOf({ env = process.env, signal }: CommonOptions): Pick<RunContext, "env" | "machine"> & {
  readonly osHome: string;
  readonly paths: ForeignSearch;
} {
  const home = env["HOME"] ?? "";
  const osHome = home === "" ? homeDirectory() : home;
  const machine = observeMachine(process.platform, osHome, env["XDG_DATA_HOME"] ?? null);
  // Whatever is found here is read by this run anyway, so a mount that answered once is accessed directly.
  return { env, osHome, machine, paths: foreignPaths({ machine, own: null, signal, trusting: true }) };
}

export async function contextOf(options: CommonOptions): Promise<RunContext> {
  const { env, osHome, machine, paths } = machineOf(options);
  const input: Omit<FindBases, "listDirectories" | "read"> = {
    env,
    osHome,
    platform: machine.platform,
    cwd: options.cwd ?? process.cwd(),
    homes: listOf(options.home),
    bases: listOf(options.base),
  };
  const ownFile = ownSettingsFile(env, machine.platform);
  const own = (await paths.resolve([ownFile])).get(ownFile);
  const scope = agentScope(options);
  const places = paths.briefly();
  const usual = await withListings(places, (listDirectories, read) =>
    basesNamed({ ...input, listDirectories, read }, listOf(options.agent), scope),
  );
  const refs = [...usual.refs, ...(await furtherBases(usual.refs, { options, input, scope, paths, ownFile }))];
  const isNarrow = input.homes.length + input.bases.length + listOf(options.agent).length > 0;
  const around = (): Promise<RelatedBases> =>
    withListings(places, (listDirectories, read) =>
      relatedBases(refs, { ...input, listDirectories, read }, scope, isNarrow),
    );
  if (scope.sessionsOnly && refs.length === 0) refuseWithoutSessions(input);
  return {
    env,
    now: options.now ?? Date.now,
    machine,
    ...scope,
    sharesLoop: options.sharesLoop ?? true,
    flags: [...(options.flags ?? []), ...flagsOf(options.settings ?? {})],
    mustExist: options.mustExist ?? false,
    signal: options.signal,
    logger: options.logger ?? SILENT,
    onProgress: options.onProgress ?? (() => undefined),
    ownFile,
    ownFileSeen: own?.end.kind === "other" || own?.end.kind === "directory",
    refs,
    unlisted: usual.unlisted,
    paths,
    borrowers: borrowersOnce(async () => basesIn(await around(), osHome, paths, scope)),
  };
}

function refuseWithoutSessions({ bases, homes }: Pick<FindBases, "bases" | "homes">): void {
  const [place] = [...bases, ...homes];
  if (place === undefined) return;
  throw new GcError("usage", `${place} has no session files: expected a home or a directory with sessions`, {
    hint: "An agent other than the first one is named as well: --agent NAME.",
  });
}

/** Settings that a host passes as an object, under the name it gave them. */
function flagsOf(settings: SettingsInput): SettingFlag[] {
  return Object.entries(settings).map(([name, value]): SettingFlag => {
    const key = settingNamed(name);
    if (key === null) throw new GcError("usage", `settings.${name} is not a setting of checkpoint-gc`);
    return { key, value, flag: `settings.${name}` };
  });
}

/** A base as it was found. */
export interface FoundBase {
  readonly ref: BaseRef;
  readonly exists: boolean;
  /** Why one of several that was not named cannot be read; then it counts as missing. */
  readonly error: GcError | null;
}

/**
 * Each base once, resolved; `exists` is false for missing ones. Throws if a named one is missing or invalid; another one
 * that does not answer, or is not a directory, does not hold up the rest.
 */
export async function basesOf(context: RunContext): Promise<FoundBase[]> {
  const found = new Map<string, FoundBase>();
  for (const ref of context.refs) {
    const one = await existing(ref, context).catch((error: unknown): FoundBase => {
      if (!isSkippable(ref, error, context)) throw error;
      return { ref, exists: false, error };
    });
    if (!found.has(one.ref.path)) found.set(one.ref.path, one);
  }
  for (const { ref, error } of context.unlisted) found.set(ref.path, { ref, exists: false, error });
  return withSharedCause([...found.values()], context.paths);
}

/** Whether one of several bases, which was not named, cannot be read, so that the others are looked at all the same. */
export function isSkippable({ named, label }: BaseRef, error: unknown, { refs }: RunContext): error is GcError {
  // With the only one of all agents there is nothing else to look at.
  const isOneOfSeveral = label !== null || refs.length > 1;
  if (named !== null || !isOneOfSeveral || !(error instanceof GcError)) return false;
  // A state that is there, and is not as it should be, has no cause beyond itself.
  return error.code === "base-unreadable" || (error.code === "state-unusable" && error.cause !== undefined);
}

export async function existing(ref: BaseRef, context: RunContext): Promise<FoundBase> {
  const resolved = await resolveBase(ref, context.machine.userHome, context.paths).catch(async (error: unknown) => {
    const end = await danglingBase(ref, context.paths);
    // The state beside it shows that the disk is mounted, so the base itself was deleted.
    if (end === null || findState(end.path) === null) throw error;
    return { gone: end };
  });
  if (resolved !== null && "gone" in resolved) return { ref: resolved.gone, exists: false, error: null };
  if (resolved !== null) {
    refuseOtherKinds(ref, resolved.path, context);
    return { ref: resolved, exists: true, error: null };
  }
  const gone = await goneBase(ref, context.paths);
  // Its trash still has to be listed, restored and destroyed when it is due.
  if (context.mustExist && findState(gone.path) === null) await refuseMissing(ref, context);
  return { ref: gone, exists: false, error: null };
}

/** The name of a base says which kinds it holds, so a link to a directory of another name would change them. */
function refuseOtherKinds(ref: BaseRef, path: string, context: RunContext): void {
  const agent = agentOf(ref, context);
  const found = kindsAt(agent, path);
  if (kindsAt(agent, ref.path).every((kind) => found.includes(kind))) return;
  throw new GcError("base-unreadable", `${ref.path} leads to ${path}, whose name is that of something else`, {
    hint: `Call it ${basename(ref.path)}, too.`,
  });
}

async function refuseMissing(ref: BaseRef, context: RunContext): Promise<void> {
  const { paths } = context;
  if (ref.named === "base") {
    throw new GcError(
      "base-missing",
      `the base ${ref.path} does not exist: expected a directory of checkpoints or sessions`,
    );
  }
  if (ref.named !== "home") return;
  if ((await paths.resolve([ref.home])).get(ref.home)?.end.kind === "directory") return;
  const { title, usualHome } = agentOf(ref, context);
  throw new GcError("home-missing", `the home ${ref.home} does not exist: expected a home of ${title}`, {
    hint: `Without --home, its home is looked for in ${usualHome}.`,
  });
}

/** `state`: its state directory, or null where there is none. */
export async function judgeContextFor(
  ref: BaseRef,
  state: string | null,
  settings: Settings,
  now: number,
  context: RunContext,
): Promise<JudgeContext> {
  const { machine, sharesLoop, signal, onProgress } = context;
  const agent = agentOf(ref, context);
  const stores = kindsOf(agent, ref.path, context);
  const ledger = await readLedger(state, machine.observer);
  const keeps = await keepsFor(ref, state, settings, context);
  return {
    agent,
    base: ref.path,
    settings,
    keeps,
    now,
    copiedAt: copiedAt(ref.path, state),
    machine,
    stores,
    witnesses: witnessesOf(ref, stores),
    sharesLoop,
    ledger,
    signal,
    onProgress,
    // What is no repo lends nothing.
    borrowers: stores.every(({ borrows }) => borrows === false) ? () => Promise.resolve([]) : context.borrowers,
  };
}

/** Refuses to write into another user's home: files that root creates would lock that user out. */
export function refuseForeignHome(ref: BaseRef, context: { readonly machine: Pick<Machine, "uid"> }): void {
  if (context.machine.uid !== 0) return;
  // Where the base no longer exists the directory around it is checked: the state in it has the same owner.
  const owner = (lstatOrNull(bytePath(ref.path)) ?? lstatOrNull(bytePath(dirname(ref.path))))?.uid ?? 0;
  if (owner === 0) return;
  throw new GcError("foreign-owner", `${ref.path} belongs to user ${owner}, and this runs as root`, {
    hint: `Run it as that user: sudo -u '#${owner}' checkpoints ... --base ${ref.path}`,
  });
}
