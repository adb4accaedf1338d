/**
 * Metrics for the node exporter's textfile collector: OpenMetrics 1.0, restricted to what the classic text format also
 * accepts (gauges alone; `# EOF` is a comment there). Sizes in bytes, times in seconds.
 */
import type { PlannedBase } from "../model/plan.ts";
import { isCopyOfRestored } from "../model/trash.ts";
import { RULES, type Verdict, VERDICTS } from "../model/reasons.ts";
import type { SweepRecord } from "../model/state.ts";
import { SECOND } from "../model/time.ts";

export interface BaseMetrics {
  readonly agent: string;
  readonly base: string;
  /** Null where it could not be read. */
  readonly planned: PlannedBase | null;
  /** Newest first. */
  readonly sweeps: readonly SweepRecord[];
  /** Failed sweeps in a row. */
  readonly failures: number;
}

interface Sample {
  readonly labels?: Readonly<Record<string, string>>;
  readonly value: number;
}

interface Family {
  readonly name: string;
  readonly help: string;
  readonly samples: (base: BaseMetrics) => readonly Sample[];
}

export function renderMetrics(bases: readonly BaseMetrics[]): string {
  const lines = FAMILIES.flatMap(({ name, help, samples }) => {
    const own = bases.flatMap((base) => samples(base).map((sample) => sampleLine(name, base, sample)));
    return own.length === 0 ? [] : [`# HELP ${name} ${help}`, `# TYPE ${name} gauge`, ...own];
  });
  return `${[...lines, "# EOF"].join("\n")}\n`;
}

function sampleLine(name: string, { agent, base }: BaseMetrics, { labels = {}, value }: Sample): string {
  const pairs = Object.entries({ base, agent, ...labels }).map(([label, text]) => `${label}="${escaped(text)}"`);
  return `${name}{${pairs.join(",")}} ${value}`;
}

/** The three escapes that both formats define. */
function escaped(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}

const FAMILIES: readonly Family[] = [
  {
    name: "checkpoint_gc_up",
    help: "1 where the base could be read, 0 where its settings, its state or the base itself could not.",
    samples: ({ planned }) => [{ value: planned?.error === null ? 1 : 0 }],
  },
  {
    name: "checkpoint_gc_automatic",
    help: "1 where automatic sweeps are switched on by the settings.",
    samples: ofPlan(({ settings }) => [{ value: settings.auto_prune ? 1 : 0 }]),
  },
  {
    name: "checkpoint_gc_entries",
    help: "Entries in the base.",
    samples: ofPlan((planned) => byVerdict(planned, () => 1)),
  },
  {
    name: "checkpoint_gc_entry_bytes",
    help: "Allocated bytes of the entries in the base.",
    samples: ofPlan((planned) => byVerdict(planned, (bytes) => bytes)),
  },
  {
    name: "checkpoint_gc_trash_entries",
    help: "Entries in the trash.",
    samples: ofPlan(({ trash }) => [{ value: trash.filter((row) => !isCopyOfRestored(row)).length }]),
  },
  {
    name: "checkpoint_gc_trash_bytes",
    help: "Allocated bytes in the trash.",
    samples: ofPlan(({ trash }) => [{ value: trash.reduce((sum, { bytes }) => sum + (bytes ?? 0), 0) }]),
  },
  {
    name: "checkpoint_gc_last_sweep_timestamp_seconds",
    help: "When the last sweep began, whatever became of it.",
    samples: ofLast(({ at }) => [{ value: at / SECOND }]),
  },
  {
    name: "checkpoint_gc_last_success_timestamp_seconds",
    help: "When the last sweep began that reached its end.",
    samples: ({ sweeps }) =>
      sweeps
        .filter(({ error }) => error === null)
        .slice(0, 1)
        .map(({ at }) => ({ value: at / SECOND })),
  },
  {
    name: "checkpoint_gc_last_sweep_duration_seconds",
    help: "How long the last sweep took.",
    samples: ofLast(({ durationMs }) => [{ value: durationMs / SECOND }]),
  },
  {
    name: "checkpoint_gc_last_sweep_taken_entries",
    help: "Entries that the last sweep moved to the trash or removed, by rule.",
    samples: ofLast(({ byRule }) => RULES.map((rule) => ({ labels: { rule }, value: byRule[rule] ?? 0 }))),
  },
  {
    name: "checkpoint_gc_last_sweep_trashed_bytes",
    help: "Allocated bytes that the last sweep moved to the trash.",
    samples: ofLast(({ bytesTrashed }) => [{ value: bytesTrashed }]),
  },
  {
    name: "checkpoint_gc_last_sweep_reclaimed_bytes",
    help: "Allocated bytes that the last sweep gave back to the disk.",
    samples: ofLast(({ bytesReclaimed }) => [{ value: bytesReclaimed }]),
  },
  {
    name: "checkpoint_gc_last_sweep_failed_entries",
    help: "Entries that the last sweep could not deal with.",
    samples: ofLast(({ failed }) => [{ value: failed }]),
  },
  {
    name: "checkpoint_gc_failures",
    help: "Sweeps in a row that did not reach their end.",
    samples: ({ planned, failures }) => (planned === null ? [] : [{ value: failures }]),
  },
];

function ofPlan(samples: (planned: PlannedBase) => readonly Sample[]): Family["samples"] {
  return ({ planned }) => (planned?.error === null ? samples(planned) : []);
}

function ofLast(samples: (sweep: SweepRecord) => readonly Sample[]): Family["samples"] {
  return ({ sweeps: [last] }) => (last === undefined ? [] : samples(last));
}

/** Every verdict, also those with a count of 0: a series that disappears looks like a fault. */
function byVerdict({ entries }: PlannedBase, worth: (bytes: number) => number): readonly Sample[] {
  const sums = new Map<Verdict, number>();
  for (const { judged } of entries)
    sums.set(judged.verdict, (sums.get(judged.verdict) ?? 0) + worth(judged.bytes ?? 0));
  return VERDICTS.map((verdict) => ({ labels: { verdict }, value: sums.get(verdict) ?? 0 }));
}
