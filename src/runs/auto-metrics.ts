/** What `--metrics-file` tells: each base as it is now, and what is remembered of its sweeps. Writes nothing but the file. */
import { dirname } from "node:path";
import { bytePath } from "../fs/door.ts";
import { writeAtomic } from "../fs/write-atomic.ts";
import type { BaseRef } from "../model/home.ts";
import type { CommonOptions } from "../options.ts";
import { type BaseMetrics, renderMetrics } from "../report/metrics.ts";
import { findState } from "../state/place.ts";
import { NO_RECORD, readRecord } from "../state/record.ts";
import { type Context, contextOf, existing, settingsFor } from "./context.ts";
import { planExisting, requestOf, wantedOf } from "./scan.ts";

/** Whoever collects it runs as somebody else. */
const MODE = 0o644;

/** `path`: absolute. Throws the errno where the file cannot be written; a base that cannot be read has `up` 0. */
export async function writeMetrics(path: string, options: CommonOptions): Promise<void> {
  const context = await contextOf({ ...options, mustExist: false });
  const bases = new Map<string, BaseMetrics>();
  for (const ref of context.refs) {
    const metrics = await metricsOf(ref, context);
    if (metrics !== null && !bases.has(metrics.base)) bases.set(metrics.base, metrics);
  }
  writeAtomic(bytePath(path), renderMetrics([...bases.values()]), bytePath(dirname(path)), MODE);
}

/** Null where there is no such base. */
async function metricsOf(ref: BaseRef, context: Context): Promise<BaseMetrics | null> {
  try {
    const found = existing(ref, context);
    if (!found.exists) return null;
    const settings = settingsFor(found.ref, context).values;
    // Every entry is measured, which a sweep need not do: that is what was asked for.
    const request = requestOf({ mode: "automatic" }, context, context.now());
    const planned = await planExisting(
      found.ref,
      settings,
      request,
      wantedOf({ everything: true, snapshots: "none" }),
      context,
    );
    const state = findState(found.ref.path);
    const { sweeps, failures } = state === null ? NO_RECORD : readRecord(state);
    return { base: found.ref.path, planned, sweeps, failures };
  } catch (error) {
    context.logger.debug({ event: "metrics", base: ref.path, error });
    return { base: ref.path, planned: null, sweeps: [], failures: 0 };
  }
}
