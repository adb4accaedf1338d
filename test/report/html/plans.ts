// Plans for reports: of several agents as they are after a year, of ten thousand entries, and with hostile names.
import type { OtherPlace } from "../../../src/model/others.ts";
import type { HistoryRun } from "../../../src/model/history.ts";
import type { Plan, PlannedBase, PlannedEntry } from "../../../src/model/plan.ts";
import type { Verdict } from "../../../src/model/reasons.ts";
import { renderReport, type ReportInput } from "../../../src/report/html/page.ts";
import {
  baseRef,
  DAY,
  type EntryWish,
  hold,
  look,
  NOW,
  plannedBase,
  plannedEntry,
  plannedTrash,
  planOf,
  sweepRecord,
} from "../build.ts";

const NAMES =
  "web-shop billing-api mobile-app design-system infra-terraform data-pipeline docs-site thesis advent-of-code old-blog dotfiles ml-playground raspberry-clock hackathon-2026 pr-review-4711 vue-spike csv-import llm-bench photo-archive release-build acme-portal kernel scratch".split(
    " ",
  );

/** The name and the size of each are the same in every run. */
function entriesIn(
  ref: PlannedBase["ref"],
  kind: string,
  many: number,
  verdicts: readonly Verdict[],
): readonly PlannedEntry[] {
  return Array.from({ length: many }, (_, at) => {
    const name = NAMES[at % NAMES.length] ?? "";
    const verdict = verdicts[at % verdicts.length] ?? "live";
    const round = at < NAMES.length ? "" : `-${Math.floor(at / NAMES.length) + 1}`;
    return entryIn(ref, kind, at + ref.path.length * 1000, {
      verdict,
      path: verdict === "unidentified" ? null : `/home/ann/code/${name}${round}`,
      bytes: Math.round(3.2e9 / (1 + ((at * 7) % many)) ** 1.15),
      usedAt: NOW - (verdict === "live" ? (at % 6) * 0.9 + 0.1 : 8 + ((at * 37) % 420)) * DAY,
    });
  });
}

export function entryIn(ref: PlannedBase["ref"], kind: string, at: number, wish: EntryWish): PlannedEntry {
  const id = (BigInt(at + 1) * 0x9e3779b97f4a7c15n).toString(16).slice(-16).padStart(16, "0");
  const entry = plannedEntry({ id, base: ref.path, ...wish });
  return { ...entry, judged: { ...entry.judged, entry: { ...entry.judged.entry, store: kind } } };
}

/** Several agents, every verdict, something in the trash. */
export function yearOld(): Plan {
  const home = baseRef();
  const work = baseRef({ path: "/home/ann/.hermes/profiles/work/checkpoints", profile: "work", label: "work" });
  const other = baseRef({
    agent: "opencode",
    path: "/home/ann/.local/share/opencode/snapshot",
    home: "/home/ann/.local/share/opencode",
  });
  const editor = baseRef({
    agent: "cline",
    path: "/home/ann/.config/Code/User/globalStorage/saoudrizwan.claude-dev",
    label: "Code",
  });
  const offered = [hold("not-enabled", { by: "opencode-snapshots" })];
  return planOf([
    plannedBase({
      ref: home,
      entries: [
        ...entriesIn(home, "hermes-shadow", 60, ["orphan", "live", "stale", "live", "orphan", "unreachable"]),
        entryIn(home, "hermes-shadow", 900, { verdict: "unidentified", path: null, bytes: 410e6 }),
        entryIn(home, "hermes-shadow", 901, { verdict: "debris", path: null, rule: "debris", bytes: 90e6 }),
        entryIn(home, "hermes-shadow", 902, { verdict: "stale", holds: [hold("busy")], path: "/home/ann/code/busy" }),
      ],
      trash: [
        plannedTrash({ bytes: 700e6 }),
        plannedTrash({ entryId: "aaaabbbbccccddd0", action: "destroy", reason: "expired", bytes: 3e8 }),
      ],
      foreign: ["notes.txt"],
      lastSweep: sweepRecord(),
    }),
    plannedBase({ ref: work, entries: entriesIn(work, "hermes-shadow", 25, ["stale", "live"]) }),
    plannedBase({
      ref: other,
      entries: entriesIn(other, "opencode-snapshots", 30, ["orphan", "live", "live"]).map((entry) =>
        entry.ruling.rule === null ? entry : { ...entry, ruling: { ...entry.ruling, holds: offered, action: "keep" } },
      ),
    }),
    plannedBase({ ref: editor, entries: entriesIn(editor, "cline-checkpoints", 8, ["live"]) }),
  ]);
}

export const HOSTILE: readonly string[] = [
  "<script>alert(1)</script>",
  '"onmouseover="alert(1)',
  "'onfocus='alert(1)",
  "</script><script>alert(1)</script>",
  "</td></table><img src=x onerror=alert(1)>",
  "--><svg onload=alert(1)>",
  "&lt;script&gt;",
  "line\u2028separator\u2029paragraph",
  "emoji 🎉👩‍👩‍👧 party",
  "rtl \u202egnp.exe",
  "\u001b[31mred\nnewline",
  "x".repeat(4000),
  "漢字の名前",
  "javascript:alert(1)",
  "{{constructor}} ${name}",
];

/** Each in a place from which it reaches the page: directories, ids, labels, messages. */
export function hostile(): Plan {
  const bases = HOSTILE.map((name, at) => {
    const ref = baseRef({ path: `/home/ann/${name}/checkpoints`, label: name });
    return plannedBase({
      ref,
      entries: [
        entryIn(ref, "hermes-shadow", at, { path: `/home/ann/${name}`, bytes: 5e7 + at * 1e6 }),
        entryIn(ref, "hermes-shadow", at + 50, {
          id: name.slice(0, 60),
          path: `/home/ann/x/${name}`,
          verdict: "stale",
          holds: [hold("kept", { by: name })],
        }),
      ],
      trash: [plannedTrash({ subject: { kind: "workdir", value: `/home/ann/${name}` } })],
      foreign: [name],
      lastSweep: sweepRecord({ by: `${name}@box, pid 7` }),
      keepProblems: [{ pattern: name, code: "ENOENT", path: `/${name}` }],
    });
  });
  const failed = plannedBase({
    error: { code: "base-unreadable", message: HOSTILE.join(" "), hint: HOSTILE.join(" ") },
  });
  return planOf([...bases, failed]);
}

export function tenThousand(): Plan {
  const ref = baseRef();
  return planOf([
    plannedBase({
      ref,
      entries: entriesIn(ref, "hermes-shadow", 10_000, ["orphan", "live", "stale", "unreachable", "live"]),
    }),
  ]);
}

export function runsOf(many: number, by = "ann@box, pid 7"): readonly HistoryRun[] {
  return Array.from({ length: many }, (_, at) => {
    const ref = baseRef();
    const record = sweepRecord({ at: NOW - (at + 1) * DAY, by });
    const items = at === 0 ? [{ ref, item: plannedTrash().item }] : [];
    return { number: at + 1, kind: "automatic", command: null, at: record.at, by, parts: [{ ref, record }], items };
  });
}

const OTHERS: readonly OtherPlace[] = [
  {
    title: "Claude Code",
    path: "/home/ann/.claude/file-history",
    cleaning: "by itself",
    extent: { bytes: 812e6, files: 9311, oldest: NOW - 29 * DAY, newest: NOW - DAY, partial: false },
  },
];

export function reportOf(plan: Plan, over: Partial<ReportInput> = {}): string {
  const input = { plan, runs: runsOf(3), others: OTHERS, kindsAt: () => [], sort: null, limits: [], version: "1.0.0" };
  return renderReport({ ...input, ...over }, look());
}
