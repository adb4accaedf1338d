/** An option of its own for a setting; `value` where the option itself takes none. */
interface SettingOption {
  readonly flags: string;
  readonly text: string;
  readonly value?: string;
  /** The opposite option, by commander's name. */
  readonly against?: string;
}

interface Bounds {
  readonly default: number;
  readonly min: number;
  readonly max: number;
}

export type Setting = { readonly options?: readonly SettingOption[] } & (
  | { readonly kind: "switch"; readonly default: boolean }
  | ({ readonly kind: "days" | "hours" | "bytes" | "count" } & Bounds)
  | { readonly kind: "patterns"; readonly default: readonly string[] }
  | { readonly kind: "kinds"; readonly default: readonly string[] }
);

/** A hundred years: more is a typing mistake, and dates this far away still fit every date type in use. */
const MAX_DAYS = 36_500;
const DAYS = { kind: "days", min: 0, max: MAX_DAYS } as const;
const HOURS = { kind: "hours", min: 0, max: MAX_DAYS * 24 } as const;

/**
 * One record a setting, in the order in which people are shown them; types, checks, options, completion and JSON are
 * derived from it. The names are those of the file, so that what a person reads there is what the code says.
 *
 * An agent may have defaults of its own (`Agent.defaults`). A day of grace, because a directory deleted by mistake is
 * missed within hours, and a week of trash, because people look on Monday at what happened on Friday. `collect` names
 * nothing: an upgrade must not widen what a timer takes.
 */
export const SETTINGS = {
  /** Whether automatic sweeps run at all. */
  auto_prune: { kind: "switch", default: false },
  /** Days without use after which an entry is stale; zero or less switches the rule off. */
  retention_days: {
    ...DAYS,
    default: 7,
    min: -Infinity,
    options: [{ flags: "--retention-days <n>", text: "days without use after which a repo is stale; 0: never" }],
  },
  /** Whether the orphan rule removes entries whose workdir is gone. */
  delete_orphans: {
    kind: "switch",
    default: true,
    options: [
      {
        flags: "--delete-orphans",
        text: "remove repos whose directory was deleted",
        value: "true",
        against: "keepOrphans",
      },
      { flags: "--keep-orphans", text: "keep repos whose directory was deleted", value: "false" },
    ],
  },
  /** Hours between two automatic sweeps; 0 means that one is always due. */
  min_interval_hours: { ...HOURS, default: 24 },
  /** Hours before an automatic sweep removes an orphan. */
  orphan_grace_hours: { ...HOURS, default: 24 },
  /** Days an entry stays in the trash before it is destroyed; 0 destroys at once. */
  trash_days: { ...DAYS, default: 7 },
  /** Bytes that a base may have; beyond that the least recently used entries are removed. 0: no limit. */
  max_size: {
    kind: "bytes",
    default: 0,
    min: 0,
    max: Number.MAX_SAFE_INTEGER,
    options: [
      { flags: "--max-size <size>", text: "size limit of a base, such as 2G; removes the least recently used" },
    ],
  },
  /** How many of the newest stay, however old they are, in kinds that count them; 0: none. */
  keep_latest: { kind: "count", default: 0, min: 0, max: 1_000_000 },
  /** Globs or paths of workdirs that are never collected. */
  keep: { kind: "patterns", default: [] },
  /** Kinds that are collected. The others are shown, and held: none is taken that was not named. */
  collect: { kind: "kinds", default: [] },
} as const satisfies Readonly<Record<string, Setting>>;

interface Values {
  switch: boolean;
  days: number;
  hours: number;
  bytes: number;
  count: number;
  patterns: readonly string[];
  kinds: readonly string[];
}

export type SettingKey = keyof typeof SETTINGS;
export type SettingValues = { readonly [K in SettingKey]: Values[(typeof SETTINGS)[K]["kind"]] };
/** The settings of one base, after the files and the flags have overridden the defaults. */
export type Settings = SettingValues & {
  /** What is different for entries of a kind; see `settingsOfKind`. */
  readonly kinds?: Readonly<Record<string, KindSettings>>;
};

/** Settings that a kind may have of its own: those that are about one entry and its use. */
export const KIND_KEYS = ["retention_days", "keep_latest"] as const satisfies readonly SettingKey[];
export type KindKey = (typeof KIND_KEYS)[number];
export type KindSettings = Partial<Pick<SettingValues, KindKey>>;

export const SETTING_KEYS: readonly SettingKey[] = Object.keys(SETTINGS).filter(isSettingKey);
export const DEFAULT_SETTINGS: SettingValues = eachSetting((setting) => setting.default);

/** By the settings that they were made of: of each of twenty thousand entries it is asked several times. */
const merged = new WeakMap<Settings, ReadonlyMap<string, Settings>>();

/** The settings that hold for entries of a kind. */
export function settingsOfKind(settings: Settings, kind: string): Settings {
  const own = settings.kinds?.[kind];
  if (own === undefined) return settings;
  const known = merged.get(settings)?.get(kind);
  if (known !== undefined) return known;
  const all = { ...settings, ...own };
  merged.set(settings, new Map([...(merged.get(settings) ?? []), [kind, all]]));
  return all;
}

/** Every retention (days) that some entry of the base may have. */
export function retentionsOf({ retention_days, kinds = {} }: Settings): readonly number[] {
  const own = Object.values(kinds).flatMap((one) => (one.retention_days === undefined ? [] : [one.retention_days]));
  return [retention_days, ...own];
}

export function isSettingKey(key: unknown): key is SettingKey {
  return typeof key === "string" && Object.hasOwn(SETTINGS, key);
}

/** Names that settings had before. They are read for ever. */
const FORMER_NAMES: Readonly<Record<string, SettingKey>> = { stores: "collect" };

/** The setting that a name means, as it is called now or was called before. */
export function settingNamed(name: unknown): SettingKey | null {
  if (isSettingKey(name)) return name;
  return typeof name === "string" && Object.hasOwn(FORMER_NAMES, name) ? (FORMER_NAMES[name] ?? null) : null;
}

/** Settings as a host passes them, under any name. */
export type SettingsInput = Partial<SettingValues> & {
  /** The former name of `collect`. */
  readonly stores?: readonly string[];
};

export function settingOf(key: SettingKey): Setting {
  return SETTINGS[key];
}

/**
 * A record with a value for each setting; a caller that passes a type of its own for each key is responsible for it.
 */
export function eachSetting<T extends Readonly<Record<SettingKey, unknown>>>(
  of: (setting: Setting) => T[SettingKey],
): T;
export function eachSetting(of: (setting: Setting) => unknown): Readonly<Record<string, unknown>> {
  return Object.fromEntries(SETTING_KEYS.map((key) => [key, of(SETTINGS[key])]));
}

/** Our block in the file of an agent. */
export const OWN_BLOCK = "checkpoint_gc";

/** Where the value of a key comes from: the defaults, a file, or a flag as typed. */
export type Origin =
  | { readonly kind: "default" }
  | {
      readonly kind: "file";
      readonly file: string;
      /** The block of the agent, `checkpoint_gc`, or in our own file `top`, `agents.NAME`, `kinds.NAME`. */
      readonly block: string;
      /** The key as it is written there, with all that it is below: `agents.NAME.retention_days`. */
      readonly key: string;
    }
  | { readonly kind: "flag"; readonly flag: string };

/** Settings with the origin of each value. */
export interface ResolvedSettings {
  readonly values: Settings;
  readonly origins: Readonly<Record<SettingKey, Origin>>;
  /** Of what `values.kinds` has. */
  readonly kindOrigins?: Readonly<Record<string, Readonly<Partial<Record<KindKey, Origin>>>>>;
}
