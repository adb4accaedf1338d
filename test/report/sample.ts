// A plan like those on real machines: every verdict, most holds, names in several scripts, one that is hostile.
import type { Plan, PlannedEntry } from "../../src/model/plan.ts";
import { DAY, hold, HOUR, NOW, plannedBase, plannedEntry, plannedTrash, planOf, sweepRecord } from "./build.ts";

const PATHS = [
  "work/acme/site",
  "src/very-long-organisation-name/monorepo/packages/frontend/apps/landing-page",
  "tmp/x",
  "projects/漢字の名前/アプリ",
  "work/emoji 🎉👩‍👩‍👧 party",
  "work/\u001b[31mred\u202e\nnewline",
  "work/cli",
  "play/rust/adventofcode-2025",
] as const;
const SIZES = [3.1e9, 1.2e9, 812e6, 94.2e6, 999.9e6, 4096, 512, 88e6] as const;

/** Sixteen hex digits that look like none of the others. */
export function idOf(at: number): string {
  return BigInt.asUintN(64, 0x1aeadc333175595dn * BigInt(at * 7919 + 1))
    .toString(16)
    .padStart(16, "0");
}

function removals(): readonly PlannedEntry[] {
  return PATHS.map((path, at) =>
    plannedEntry({
      id: idOf(at + 1),
      path: `/home/ann/${path}`,
      bytes: SIZES[at] ?? null,
      verdict: at % 3 === 2 ? "stale" : "orphan",
      usedAt: NOW - (at * 9 + 1.3) * DAY,
      snapshots: at === 5 ? null : { count: at * at * 31, last: at === 0 ? null : NOW - at * 60 * DAY },
    }),
  );
}

function suspects(): readonly PlannedEntry[] {
  const recent = NOW - 3 * DAY;
  return [
    plannedEntry({
      id: idOf(21),
      holds: [hold("grace", { until: NOW + DAY })],
      path: "/home/ann/new",
      usedAt: NOW - HOUR,
    }),
    plannedEntry({ id: idOf(22), verdict: "stale", holds: [hold("busy", { by: "/x/index.lock" })], bytes: 155e6 }),
    plannedEntry({
      id: idOf(23),
      verdict: "unreachable",
      reason: "volume-place",
      path: "/mnt/usb/photos",
      usedAt: recent,
    }),
    plannedEntry({ id: idOf(24), verdict: "unreachable", path: "/srv/data/team/project-x", usedAt: recent }),
    plannedEntry({ id: idOf(25), verdict: "unidentified", path: null, bytes: 999.9e6, usedAt: recent }),
    plannedEntry({ id: idOf(26), verdict: "stale", holds: [hold("kept", { by: "/home/ann/keep/**" })], bytes: 12e3 }),
  ];
}

function live(): readonly PlannedEntry[] {
  return Array.from({ length: 14 }, (_, at) =>
    plannedEntry({
      id: idOf(at + 40),
      verdict: "live",
      path: `/home/ann/live/p${at}`,
      bytes: 1e7,
      usedAt: NOW - at * HOUR,
    }),
  );
}

/** 28 entries: 8 to remove, 6 suspects, 14 live; 3 in the trash, of which one is destroyed and one is returned. */
export function samplePlan(): Plan {
  return planOf([
    plannedBase({
      entries: [...live(), ...removals(), ...suspects()],
      foreign: ["store", "legacy-20261120-131744", "notes.txt"],
      lastSweep: sweepRecord(),
      trash: [
        plannedTrash(),
        plannedTrash({ entryId: "aaaabbbbccccdddd", action: "return", reason: "workdir-back" }),
        plannedTrash({
          entryId: "aaaabbbbccccddd0",
          action: "destroy",
          reason: "expired",
          until: NOW - DAY,
          bytes: 5e8,
        }),
      ],
    }),
  ]);
}
