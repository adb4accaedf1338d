/** What `--metrics-file` contains: each base as it is now, and its recorded sweeps. Writes nothing but the file. */
import { dirname } from "node:path";
import { createErrnoError } from "../errors.ts";
import { bytePath } from "../fs/syscalls.ts";
import { writeElsewhere } from "../fs/write-atomic.ts";
import type { BaseRef } from "../model/home.ts";
import type { CommonOptions } from "../options.ts";
import { type BaseMetrics, renderMetrics } from "../report/metrics.ts";
import { findState } from "../state/place.ts";
import { NO_RECORD, readRecord } from "../state/record.ts";
import { type RunContext, contextOf, existing } from "./context.ts";
import { settingsFor } from "./settings.ts";
import { hasTrash, requestOf, detailOptionsOf } from "./scan.ts";
import { planBaseAt } from "./survey-base.ts";

/** World-readable: the collector runs as another user. */
const MODE = 0o644;

/** `path`: absolute. Throws the errno where the file cannot be written; a base that cannot be read has `up` 0. */
export async function writeMetrics(path: string, options: CommonOptions): Promise<void> {
  const context = await contextOf({ ...options, mustExist: false });
  const place = (await context.paths.resolve([dirname(path)])).get(dirname(path));
  // A write to a mount that does not answer would never return.
  if (place?.end.kind === "trouble") throw createErrnoError(place.end.code, place.end.message);
  const bases = new Map<string, BaseMetrics>();
  for (const ref of context.refs) {
    const metrics = await metricsOf(ref, context);
    if (metrics !== null && !bases.has(metrics.base)) bases.set(metrics.base, metrics);
  }
  writeElsewhere(bytePath(path), renderMetrics([...bases.values()]), { mode: MODE });
}

/** Null where there is no such base. */
async function metricsOf(ref: BaseRef, context: RunContext): Promise<BaseMetrics | null> {
  try {
    const found = await existing(ref, context);
    if (!found.exists && !hasTrash(found.ref, context)) return null;
    const settings = (await settingsFor(found.ref, context)).values;
    // Every entry is measured, unlike in a sweep, because the metrics report sizes.
    const request = requestOf({ mode: "automatic" }, null, context, context.now());
    const planned = await planBaseAt(
      found,
      settings,
      request,
      detailOptionsOf({ everything: true, snapshots: "none" }),
      context,
    );
    const state = findState(found.ref.path);
    const { sweeps, failures } = state === null ? NO_RECORD : readRecord(state);
    return { agent: ref.agent, base: found.ref.path, planned, sweeps, failures };
  } catch (error) {
    context.logger.debug({ event: "metrics", base: ref.path, error });
    return { agent: ref.agent, base: ref.path, planned: null, sweeps: [], failures: 0 };
  }
}
