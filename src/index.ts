/**
 * checkpoint-gc as a library.
 *
 * `scan` makes a plan and writes nothing, `prune` carries out a plan it is given, `autoPrune` checks whether a sweep is
 * due, sweeps and never throws, `restore` undoes. All take an `AbortSignal`, a logger with pino's interface and a
 * progress callback.
 */
export type { Agent, FindBases } from "./agents/agent.ts";
export { GcError, type ErrorCode } from "./errors.ts";
export type { Entry, Identity, LastUse, Member, Subject, IoError as Trouble } from "./model/entry.ts";
export type { BaseRef } from "./model/home.ts";
export type { Judged, Ruling } from "./model/judgement.ts";
export type * from "./model/plan.ts";
export type * from "./model/trash.ts";
export type * from "./model/compaction.ts";
export type { Evidence, Presence } from "./model/presence.ts";
export type { Hold, HoldCode, ReasonCode, Rule, Verdict } from "./model/reasons.ts";
export type * from "./model/result.ts";
export type { Origin, ResolvedSettings, SettingKey, Settings, SettingsInput } from "./model/settings.ts";
export type { SweepRecord } from "./model/state.ts";
export type { Logger, Progress } from "./model/surroundings.ts";
export type {
  AutoOptions,
  CarryOutCompactOptions,
  CommonOptions,
  CompactOptions,
  EmptyOptions,
  PruneOptions,
  RestoreOptions,
  ScanOptions,
} from "./options.ts";
export type { Discovery, Kind, Witness } from "./stores/kind.ts";
export { withDisposal } from "./plan/disposal.ts";
export { autoPrune } from "./runs/auto.ts";
export { compact } from "./runs/compact.ts";
export { planCompaction } from "./runs/plan-compaction.ts";
export { prune } from "./runs/prune.ts";
export { emptyTrash, restore } from "./runs/restore.ts";
export { scan } from "./runs/scan.ts";
