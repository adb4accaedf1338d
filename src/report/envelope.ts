/** What all documents begin with: the tool, the run, how it ended, and whose a base is. */
import type { BaseRef } from "../model/home.ts";
import type { BaseError } from "../model/plan.ts";
import { type RunStatus, worstOf } from "../model/result.ts";
import { iso } from "./json-values.ts";
import type { RenderContext } from "./render-context.ts";
import type { Command, Envelope } from "./schema.ts";
import type { BaseDocument } from "./schema/run.ts";

/** The fields that describe the run itself. */
export interface Meta {
  readonly version: string;
  /** Ms since the epoch. */
  readonly startedAt: number;
  readonly durationMs: number;
  readonly dryRun: boolean;
}

export function envelope<C extends Command>(
  command: C,
  meta: Meta,
  status: RunStatus,
  error: BaseError | null,
): Envelope<C> {
  const { version, startedAt, durationMs, dryRun } = meta;
  const times = { startedAt: iso(startedAt), durationMs: Math.max(0, Math.round(durationMs)) };
  return { schema: 1, tool: "checkpoint-gc", version, command, dryRun, ...times, status, error };
}

/** The envelope of a run; its status is that of its worst base. */
export function envelopeOf<C extends Command>(
  command: C,
  meta: Meta,
  bases: readonly Ending[],
  result: { readonly status: RunStatus } | null,
): Envelope<C> {
  const status = worstOf([...(result === null ? [] : [result.status]), ...bases.map((base) => base.status)]);
  return envelope(
    command,
    meta,
    status,
    bases.find((base) => base.status === status && status === "error")?.error ?? null,
  );
}

type Ending = Pick<BaseDocument, "status" | "error">;

/** The status of one base. One that another run holds has an error too, and does not count as failed. */
export function endingOf(
  planned: { readonly ref: BaseRef; readonly error: BaseError | null; readonly settingsError?: BaseError },
  result: { readonly status: RunStatus; readonly bases: readonly (Ending & { readonly path: string })[] } | null,
): Ending {
  const done = result?.bases.find(({ path }) => path === planned.ref.path);
  const error = done?.error ?? planned.error ?? planned.settingsError ?? null;
  return {
    status: done?.status ?? (error === null ? (result?.status ?? "done") : "error"),
    error: error === null ? null : { code: error.code, message: error.message, hint: error.hint },
  };
}

/** Which agent, home and profile a base belongs to. */
export function ownerOf({ agent, path, home, profile, label }: BaseRef): Omit<BaseRef, "named"> {
  return { agent, path, home, profile, label };
}

/** `collect` was called `stores`, and programs may read it by that. */
export function withFormerName<T extends { readonly collect: unknown }>(
  record: T,
): T & { readonly stores: T["collect"] } {
  return { ...record, stores: record.collect };
}

/**
 * Sentences in documents name the time zone, keep paths whole and contain no suggested commands of a particular call.
 */
export function jsonLook(now: number): RenderContext {
  return { now, columns: null, colour: false, unicode: true, home: null, utcOffset: () => 0, zone: "UTC" };
}
