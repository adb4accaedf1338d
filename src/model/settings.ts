/**
 * The settings of one home, after Hermes' `checkpoints:` block, our `checkpoint_gc:` block and the flags were laid over
 * the defaults. The names are those of the file, so that what a person reads there is what the code says.
 */
export interface Settings {
  /** Automatic sweeps happen at all. */
  readonly auto_prune: boolean;
  /** Days without use after which an entry is stale; zero or less switches the rule off. */
  readonly retention_days: number;
  /** Whether the orphan rule takes entries whose workdir is gone. */
  readonly delete_orphans: boolean;
  /** Hours between two automatic sweeps; 0 means that one is always due. */
  readonly min_interval_hours: number;
  /** Hours an automatic sweep waits before it takes an orphan. */
  readonly orphan_grace_hours: number;
  /** Days an entry stays in the trash before it is destroyed; 0 destroys at once. */
  readonly trash_days: number;
  /** Bytes that a base may have; what was used the longest time ago goes where it has more. 0: no limit. */
  readonly max_size: number;
  /** Globs or paths of workdirs that are never collected. */
  readonly keep: readonly string[];
  /** Kinds of stores that are collected. The others are shown, and held. */
  readonly stores: readonly StoreKind[];
}

/** The kinds of stores that come with this version. A kind that a host brought itself is named by its being there. */
export const STORE_KINDS = ["hermes-shadow", "hermes-store", "hermes-archive", "hermes-debris"] as const;
export type StoreKind = (typeof STORE_KINDS)[number];

/** Whether the settings let a kind be collected. */
export function isCollected(kind: string, settings: Pick<Settings, "stores">): boolean {
  const ours = STORE_KINDS.find((one) => one === kind);
  return ours === undefined || settings.stores.includes(ours);
}

export type SettingKey = keyof Settings;

/**
 * Hermes' own defaults for the keys it has; for ours: a day of grace, because a directory deleted by mistake is missed
 * within hours, and a week of trash, because people look on Monday at what happened on Friday. `stores` names the one kind
 * that the first version knew: an upgrade must not widen what a timer takes.
 */
export const DEFAULT_SETTINGS: Settings = {
  auto_prune: false,
  retention_days: 7,
  delete_orphans: true,
  min_interval_hours: 24,
  orphan_grace_hours: 24,
  trash_days: 7,
  max_size: 0,
  keep: [],
  stores: ["hermes-shadow"],
};

/** Where the value of a key comes from: the defaults, a block of the file, or a flag as the person typed it. */
export type Origin =
  | { readonly kind: "default" }
  | { readonly kind: "file"; readonly file: string; readonly block: "checkpoints" | "checkpoint_gc" }
  | { readonly kind: "flag"; readonly flag: string };

/** Settings with the origin of each value. */
export interface ResolvedSettings {
  readonly values: Settings;
  readonly origins: Readonly<Record<SettingKey, Origin>>;
}
