/** Whether a base grows without anything that makes it smaller, and what turns that on. */
import type { BaseRef } from "../model/home.ts";
import type { PlannedBase } from "../model/plan.ts";
import type { Settings } from "../model/settings.ts";
import { size } from "./format.ts";
import { shellPath } from "./paths.ts";
import type { RenderContext } from "./render-context.ts";

/**
 * From this size on a warning is worth it (1 GiB, 200 entries), for a base and for a kind in it: without cleanup one grows by
 * that in a few weeks.
 */
const LARGE_BYTES = 2 ** 30;
const LARGE_COUNT = 200;

/** The kinds of entries that can be in a base. */
export type KindsAt = (ref: BaseRef) => readonly { readonly kind: string; readonly optIn?: boolean }[];

export const NO_KINDS: KindsAt = () => [];

/** Those that only `collect` can name. */
export function optInAt(ref: BaseRef, kindsAt: KindsAt): ReadonlySet<string> {
  return new Set(kindsAt(ref).flatMap(({ kind, optIn }) => (optIn === true ? [kind] : [])));
}

/** The entries of a kind. */
export interface KindSum {
  readonly kind: string;
  readonly count: number;
  /** 0 where they were not measured. */
  readonly bytes: number;
}

export interface Growing {
  readonly ref: BaseRef;
  readonly settings: Pick<Settings, "auto_prune" | "collect">;
  readonly sums: readonly KindSum[];
  /** Kinds that can be in it, without those that only `collect` can name: they are not proposed. */
  readonly usual: readonly string[];
  /** Kinds that can be in it. */
  readonly all: readonly string[];
}

export function growingOf({ ref, settings, entries }: PlannedBase, kinds: KindsAt): Growing {
  const sums = new Map<string, KindSum>();
  for (const { judged } of entries) {
    const kind = judged.entry.store;
    const before = sums.get(kind) ?? { kind, count: 0, bytes: 0 };
    sums.set(kind, { kind, count: before.count + 1, bytes: before.bytes + (judged.bytes ?? 0) });
  }
  const at = kinds(ref);
  const usual = at.filter(({ optIn }) => optIn !== true).map(({ kind }) => kind);
  return { ref, settings, sums: [...sums.values()], usual, all: at.map(({ kind }) => kind) };
}

/** What keeps automatic sweeps from a base. */
export interface Missing {
  /** `auto_prune` is off. */
  readonly autoPrune: boolean;
  /** All that `collect` has to name; null: it names kinds of the base. */
  readonly collect: readonly string[] | null;
}

/** Null: nothing does. */
export function missingFor({ settings, sums, usual, all }: Growing): Missing | null {
  const there = new Set(sums.map(({ kind }) => kind));
  const isCollected = [...there, ...all].some((kind) => settings.collect.includes(kind));
  const found = usual.filter((kind) => there.has(kind));
  const added = isCollected ? [] : found.length > 0 ? found : usual;
  if (settings.auto_prune && added.length === 0) return null;
  return { autoPrune: !settings.auto_prune, collect: added.length === 0 ? null : [...settings.collect, ...added] };
}

/** Something is large and nothing makes it smaller. */
export interface Growth {
  readonly bytes: number;
  readonly count: number;
  /** Null: entries of all kinds. */
  readonly kinds: readonly string[] | null;
  readonly missing: Missing;
}

/** Of a base that is not swept all together; of one that is swept the kinds that sweeps leave out, each by itself. */
export function growthOf(base: Growing): Growth | null {
  const missing = missingFor(base);
  const { settings, sums, usual } = base;
  const left = sums.filter((one) => usual.includes(one.kind) && !settings.collect.includes(one.kind) && isLarge(one));
  const kinds = left.map(({ kind }) => kind);
  if (missing !== null) {
    const all = totalOf(sums);
    if (!isLarge(all)) return null;
    // What turns sweeps on must not leave a warning about a kind that they leave out.
    const collect = missing.collect ?? (kinds.length === 0 ? null : [...settings.collect, ...kinds]);
    return { ...all, kinds: null, missing: { ...missing, collect } };
  }
  if (left.length === 0) return null;
  return { ...totalOf(left), kinds, missing: { autoPrune: false, collect: [...settings.collect, ...kinds] } };
}

/** `1.2 GB`, `201 entries` */
export function growthWords({ bytes, kinds }: Growth, entries: string): string {
  const many = bytes > LARGE_BYTES ? size(bytes) : entries;
  return `${many}${kinds === null ? "" : ` of ${kinds.join(" and ")}`} and no automatic cleanup`;
}

/** The commands; without the flags of this one, since they say where the setting is written. */
export function switchOn({ ref }: Pick<Growing, "ref">, { autoPrune, collect }: Missing, look: RenderContext): string {
  const isOwn = look.ownSettings?.agents.has(ref.agent) === true;
  const place = isOwn ? `--agent ${ref.agent}` : `--home ${shellPath(ref.home, look)}`;
  return [...(autoPrune ? ["auto_prune true"] : []), ...(collect === null ? [] : [`collect ${collect.join(",")}`])]
    .map((words) => `checkpoints config set ${words} ${place}`)
    .join(" && ");
}

export function isLarge({ bytes, count }: Pick<KindSum, "bytes" | "count">): boolean {
  return bytes > LARGE_BYTES || count > LARGE_COUNT;
}

export function totalOf(sums: readonly KindSum[]): Pick<KindSum, "bytes" | "count"> {
  return sums.reduce((all, { bytes, count }) => ({ bytes: all.bytes + bytes, count: all.count + count }), {
    bytes: 0,
    count: 0,
  });
}
