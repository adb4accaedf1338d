/** The options of the library. Everything has a default; nothing here is read from the environment. */
import type { SettingFlag } from "./config/flags.ts";
import type { Judged } from "./model/judgement.ts";
import type { Plan, Mode, Disposal } from "./model/plan.ts";
import type { Included } from "./model/reasons.ts";
import type { SettingsInput } from "./model/settings.ts";
import type { Logger, Progress } from "./model/surroundings.ts";
import type { Agent } from "./agents/agent.ts";
import type { Kind } from "./stores/kind.ts";

export interface CommonOptions {
  /** Names of the agents that the run is about; default: all, and the first one for a named home or base. */
  readonly agent?: string | readonly string[];
  /** Homes of the agent, each with its profiles; default: its usual places. */
  readonly home?: string | readonly string[];
  /** Bases, instead of those of a home. */
  readonly base?: string | readonly string[];
  /** Session files alone: bases and kinds of sessions. A manual run takes those kinds without `collect`, as with `agent`. */
  readonly sessions?: boolean;
  /** Override the files. */
  readonly settings?: SettingsInput;
  /** The same from a command line, with the flag of each value. */
  readonly flags?: readonly SettingFlag[];
  /** Whether a named home or base that does not exist is an error (the command); else it gives zeros. */
  readonly mustExist?: boolean;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** What relative paths are relative to. */
  readonly cwd?: string;
  /** The clock, ms since the epoch. */
  readonly now?: () => number;
  readonly signal?: AbortSignal;
  readonly logger?: Logger;
  readonly onProgress?: (progress: Progress) => void;
  /**
   * False where the process has no other work: cheap checks then stay on its own thread, which saves the memory of
   * others. Default true: a host has an event loop to keep free.
   */
  readonly sharesLoop?: boolean;
  /** Kinds beside the built-in ones, looked for in every base. */
  readonly stores?: readonly Kind[];
  /** Agents beside the built-in ones. */
  readonly agents?: readonly Agent[];
}

export interface ScanOptions extends CommonOptions {
  /** Whose rules apply: those of a manual run (the default), or of a sweep. */
  readonly mode?: Mode;
  /** Whether removals are destroyed or trashed; default: destroyed in manual runs, trashed in automatic ones. */
  readonly disposal?: Disposal;
  /** Writes whatever is destroyed to this directory on another disk first. */
  readonly saveTo?: string;
  readonly include?: readonly Included[];
  readonly only?: "orphan" | "stale";
  /**
   * What limits the selection: ids or unique beginnings of them, paths of entries, workdirs or directories in them, names of
   * projects, or globs of workdirs.
   */
  readonly what?: readonly string[];
  /** Only what was last used at least this long ago (ms). It narrows the selection, and changes no retention. */
  readonly olderThan?: number;
  /** Only what is at least as large (bytes). */
  readonly largerThan?: number;
  /** Measure every entry, selected or not. */
  readonly everything?: boolean;
  /**
   * The plan is only shown: a base whose settings have mistakes has `settingsError`, and everything in it is kept. Otherwise
   * they are an error.
   */
  readonly onlyShow?: boolean;
  /** Read every claim about each subject, as `explain` shows them. */
  readonly claims?: boolean;
  /** Which rows get a number of snapshots; default: the removals. */
  readonly snapshots?: "none" | "removals" | "all";
  /** Called with entries as they are judged, before anything is decided about them. */
  readonly onJudged?: (judged: readonly Judged[]) => void;
  /** For how many rows git may count, where the store's own record is not enough; default 20. */
  readonly askGit?: number;
}

export interface PruneOptions extends CommonOptions {
  /** How long to wait for another run (ms); default 0. */
  readonly waitForLock?: number;
}

export interface CompactOptions extends CommonOptions, Pick<ScanOptions, "what" | "olderThan" | "largerThan"> {}

export interface CarryOutCompactOptions extends CommonOptions {
  readonly waitForLock?: number;
  /** How long one repo may take (ms); default ten minutes. */
  readonly timeLimit?: number;
}

export interface AutoOptions extends CommonOptions {
  /** Sweep even if the marker says that none is due. */
  readonly force?: boolean;
  /** This call is the consent, whatever `auto_prune` says. */
  readonly optIn?: boolean;
}

export interface RestoreOptions extends CommonOptions {
  /** Ids of entries or of the trash, unique beginnings of them, workdirs, names of projects, or globs of workdirs. */
  readonly ids: readonly string[];
  /** Everything in the trash, of each entry the newest. */
  readonly all?: boolean;
  /** In addition, what the last run that moved something to the trash moved there, automatic or manual. */
  readonly last?: boolean;
  /** In addition, what that run of the history moved there, counted from 1, the newest. */
  readonly run?: number;
  /** Exchange it with what occupies its place. */
  readonly swap?: boolean;
  /** Restore into this directory instead of the original place. */
  readonly to?: string;
  readonly waitForLock?: number;
}

export interface EmptyOptions extends CommonOptions {
  /** The plan whose trash rows were shown; only those are destroyed. */
  readonly plan: Plan;
  readonly waitForLock?: number;
}
