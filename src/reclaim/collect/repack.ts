/**
 * A new pack of all that is needed, and the old ones that it replaces removed (packs.ts says how). The old ones stay where
 * the disk has no room for the copy, and where git comes to no end in time.
 */
import { bytePath, freeBytes } from "../../fs/syscalls.ts";
import { packThese } from "../../git/objects.ts";
import { type RunLimits, failureCode } from "../../git/exec.ts";
import { repackAll } from "../../git/repack.ts";
import type { CollectResult } from "../../model/result.ts";
import { MINUTE } from "../../model/time.ts";
import { dropLoose } from "./loose.ts";
import { contentOf, type ObjectInventory } from "./needed.ts";
import { clearUp, dispensable, dropPacks, freshSince, packsIn } from "./packs.ts";

/** A store of ten gigabytes on a slow disk takes five. */
export const LIMIT_MS: number = 15 * MINUTE;

/** Beside the copy there must be room for a snapshot or two. */
const SPARE_BYTES: number = 64 * 1024 * 1024;

/** A pack is rewritten for a tenth of it, or for this much: less is not worth the copy. */
const WORTH_BYTES: number = 16 * 1024 * 1024;

/** Why it was not completed. */
export interface CollectFailure {
  readonly outcome: Exclude<CollectResult["outcome"], "collected">;
  readonly code: string;
  readonly message: string;
}

/** The packs that are old enough to be removed, and whether enough in them is not needed. */
export function unreachableBytes(
  { packs, contents, sizes, needed }: ObjectInventory,
  cutoff: number,
): { readonly old: readonly string[]; readonly isWorth: boolean } {
  const old = dispensable(packs).filter((pack) => (packs.packs.get(pack)?.mtime ?? Infinity) < cutoff);
  const packed = [...new Set(old.flatMap((pack) => [...(contents.get(pack) ?? [])]))];
  const sizeOf = (names: readonly string[]): number => sum(names.map((name) => sizes.get(name) ?? 0));
  const waste = sizeOf(packed.filter((name) => !needed.has(name)));
  return { old, isWorth: waste > Math.min(WORTH_BYTES, sizeOf(packed) / 10) };
}

export interface Repacking {
  readonly stock: ObjectInventory;
  /** Packs that may be removed. */
  readonly old: readonly string[];
  readonly before: number;
  readonly cutoff: number;
  readonly limits: RunLimits;
}

/** How many of the old packs became too young to be removed, or why there is no new one. */
export async function repack(repository: string, run: Repacking): Promise<CollectFailure | number> {
  const { stock, before, cutoff, limits } = run;
  const { signal } = limits;
  const free = freeBytes(bytePath(repository));
  const need = before + SPARE_BYTES;
  if (free < need) {
    const message = `a repack needs room for a copy: ${need} bytes, and ${free} are free`;
    return { outcome: "skipped", code: "ENOSPC", message };
  }
  const done = await repackAll(repository, { ms: LIMIT_MS, signal });
  if (done.kind === "done") {
    const { packed, superseded } = await findSuperseded(repository, run);
    const young = dropPacks(repository, superseded, cutoff);
    // Objects in a new pack need no second copy, whatever their time.
    const twice = [...stock.loose].flatMap(([name, path]) => (packed.has(name) ? [path] : []));
    await dropLoose(twice, Infinity, signal);
    return young;
  }
  clearUp(repository, stock.packs);
  if (done.kind === "failed") return { outcome: "failed", code: failureCode(done.message), message: done.message };
  return signal?.aborted === true
    ? { outcome: "stopped", code: "EINTR", message: "the run was interrupted, and the next sweep goes on with it" }
    : { outcome: "stopped", code: "ETIMEDOUT", message: "it took too long, and goes on the next time something goes" };
}

/**
 * What the new packs contain, and which old ones they replace: those in which nothing is needed that is not in another
 * pack that stays. Git packs what is reachable itself; the rest of what is needed gets a pack of its own.
 */
async function findSuperseded(
  repository: string,
  { stock, old, limits }: Repacking,
): Promise<{ readonly packed: ReadonlySet<string>; readonly superseded: readonly string[] }> {
  const { packs, contents, needed } = stock;
  const newPacks = async (): Promise<ReadonlyMap<string, ReadonlySet<string>>> => {
    const found = new Map<string, ReadonlySet<string>>();
    for (const pack of freshSince(packs, packsIn(repository)))
      found.set(pack, await contentOf(repository, pack, limits));
    return found;
  };
  let fresh = await newPacks();
  const staying = [...contents].filter(([pack]) => !old.includes(pack)).map(([, names]) => names);
  const isElsewhere = (name: string): boolean => [...fresh.values(), ...staying].some((names) => names.has(name));
  const lackingIn = (pack: string): string[] =>
    [...(contents.get(pack) ?? [])].filter((name) => needed.has(name) && !isElsewhere(name));
  const lacking = new Set(old.flatMap(lackingIn));
  if (lacking.size > 0) {
    try {
      await packThese(repository, [...lacking], limits);
    } catch (error) {
      clearUp(repository, packs);
      throw error;
    }
    fresh = await newPacks();
  }
  const superseded = old.filter((pack) => !fresh.has(pack) && lackingIn(pack).length === 0);
  return { packed: new Set([...fresh.values()].flatMap((names) => [...names])), superseded };
}

function sum(sizes: readonly number[]): number {
  return sizes.reduce((all, each) => all + each, 0);
}
