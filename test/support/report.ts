// The JSON contract as a reader of it sees it: the fields that tests look at, written down independently of src/.

export interface ReportEntry {
  readonly base: string;
  readonly id: string;
  readonly store: string;
  readonly path: string;
  readonly subject: { readonly kind: string; readonly value: string } | null;
  readonly verdict: string;
  readonly rule: string | null;
  readonly reason: string;
  readonly detail: string;
  readonly holds: readonly string[];
  readonly sweepHolds: readonly string[];
  readonly lastUsed: { readonly at: string; readonly from: string } | null;
  readonly bytes: number | null;
  readonly snapshots: { readonly count: number; readonly last: string } | null;
  readonly action: "remove" | "keep";
  readonly outcome: string | null;
  readonly error: { readonly code: string; readonly message: string } | null;
}

export interface ReportBase {
  readonly path: string;
  readonly home: string;
  readonly profile: string | null;
  readonly exists: boolean;
  readonly status: string;
  readonly error: { readonly code: string; readonly message: string; readonly hint: string | null } | null;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly lastSweep: { readonly at: string } | null;
  readonly nextDue: string | null;
  readonly foreign: number;
}

export interface ReportTrash {
  readonly id: string;
  readonly entryId: string;
  readonly bytes: number;
  readonly since: string;
  readonly until: string;
  readonly action: string;
  readonly outcome: string | null;
}

/** What `status`, `prune` and `auto` print with `--json`. */
export interface Report {
  readonly schema: number;
  readonly tool: string;
  readonly version: string;
  readonly command: string;
  readonly dryRun: boolean;
  readonly startedAt: string;
  readonly durationMs: number;
  readonly status: string;
  readonly error: { readonly code: string; readonly message: string; readonly hint: string | null } | null;
  readonly bases: readonly ReportBase[];
  readonly entries: readonly ReportEntry[];
  readonly trash: readonly ReportTrash[];
  readonly totals: {
    readonly scanned: number;
    readonly live: number;
    readonly orphan: number;
    readonly stale: number;
    readonly unreachable: number;
    readonly unidentified: number;
    readonly debris?: number;
    readonly toRemove: number;
    readonly removed: number;
    readonly trashed: number;
    readonly restored: number;
    readonly failed: number;
    readonly removedByRule: Readonly<Record<string, number>>;
    readonly bytesToReclaim: number;
    readonly bytesReclaimed: number;
    readonly bytesTrashed: number;
  };
}

/** The row of one entry; throws when there is none. */
export function entryOf(report: Report, id: string): ReportEntry {
  const entry = report.entries.find((each) => each.id === id);
  if (entry === undefined)
    throw new Error(`no entry ${id} in ${JSON.stringify(report.entries.map((each) => each.id))}`);
  return entry;
}
