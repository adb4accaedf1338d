/** What a caller of the library may say. Everything has a default; nothing here is read from the environment by itself. */
import type { SettingFlag } from "./config/flags.ts";
import type { Plan, Mode, Disposal } from "./model/plan.ts";
import type { Settings } from "./model/settings.ts";
import type { Logger, Progress } from "./model/surroundings.ts";
import type { StoreAdapter } from "./stores/adapter.ts";

export interface CommonOptions {
  /** Hermes homes, each with its profiles; default `$HERMES_HOME`, else the place of the platform. */
  readonly home?: string | readonly string[];
  /** Bases, instead of those of a home. */
  readonly base?: string | readonly string[];
  /** Over what the files say. */
  readonly settings?: Partial<Settings>;
  /** The same from a command line, with the flag each value came by. */
  readonly flags?: readonly SettingFlag[];
  /** A home or base that was named and is missing is an error (the command); else it gives zeros. */
  readonly mustExist?: boolean;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Where relative paths start. */
  readonly cwd?: string;
  /** The clock, ms since the epoch. */
  readonly now?: () => number;
  readonly signal?: AbortSignal;
  readonly logger?: Logger;
  readonly onProgress?: (progress: Progress) => void;
  /**
   * False where the process has nothing else to do: cheap looks then stay on its own thread, in slices, which saves the
   * memory of others. Default true: a host has an event loop to keep free.
   */
  readonly sharesLoop?: boolean;
  /** Kinds of stores beside the built-in ones. */
  readonly stores?: readonly StoreAdapter[];
}

export interface ScanOptions extends CommonOptions {
  /** Whose rules the plan goes by: a person's (the default), or a sweep's. */
  readonly mode?: Mode;
  /** Where removals go; default: destroyed at once by hand, the trash in automatic runs. */
  readonly disposal?: Disposal;
  readonly include?: readonly ("unreachable" | "unidentified")[];
  readonly only?: "orphan" | "stale";
  /** Ids, workdirs or globs: only narrows. */
  readonly what?: readonly string[];
  /** Measure every entry, taken or not. */
  readonly everything?: boolean;
  /** Read every claim about each subject, as `explain` shows them. */
  readonly claims?: boolean;
  /** For which rows to find out the snapshots; default: the removals. */
  readonly snapshots?: "none" | "removals" | "all";
  /** For how many rows git may be asked, where the store's own record does not tell; default 20. */
  readonly askGit?: number;
}

export interface PruneOptions extends CommonOptions {
  /** How long to wait for another run (ms); default 0. */
  readonly waitForLock?: number;
}

export interface CompactOptions extends CommonOptions {
  /** Ids, workdirs or globs: only narrows. */
  readonly what?: readonly string[];
}

export interface CarryOutCompactOptions extends CommonOptions {
  readonly waitForLock?: number;
  /** How long one repo may take (ms); default ten minutes. */
  readonly timeLimit?: number;
}

export interface AutoOptions extends CommonOptions {
  /** Sweep whatever the marker says. */
  readonly force?: boolean;
  /** This call is the consent, whatever `auto_prune` says. */
  readonly optIn?: boolean;
}

export interface RestoreOptions extends CommonOptions {
  /** Entry ids, or ids of the trash. */
  readonly ids: readonly string[];
  /** Beside these, all that the last sweep that took something put into the trash. */
  readonly last?: boolean;
  /** Exchange it with what has taken its place. */
  readonly swap?: boolean;
  /** Put it into this directory instead of back. */
  readonly to?: string;
  readonly waitForLock?: number;
}

export interface EmptyOptions extends CommonOptions {
  /** The plan whose trash rows were shown; they and no others go. */
  readonly plan: Plan;
  readonly waitForLock?: number;
}
