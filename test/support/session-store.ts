// The golden stores of session files: written by the real programs with their clock set, kept in test/fixtures/sessions/. The
// times of the files are part of them. All ages are at `SESSION_NOW`, which a test passes as the clock of the run.

import { spawnSync } from "node:child_process";
import { mkdtempSync, realpathSync, utimesSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { Plan, RunResult } from "../../src/index.ts";
import { PROJECT, removeTree } from "./paths.ts";

/** 2026-11-26T12:00:00Z, in ms. */
export const SESSION_NOW = 1_795_694_400_000;

/** Unpacks one, times kept, into a temporary directory; gives that. `base`: where in it the sessions are. */
export function unpackSessions(name: string, base: string): { readonly root: string; readonly base: string } {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "cgc-sessions-")));
  onTestFinished(() => removeTree(root));
  const archive = join(PROJECT, "test/fixtures/sessions", `${name}.tar.gz`);
  const tar = spawnSync("tar", ["-xzpf", archive, "-C", root, "--no-same-owner"], { encoding: "utf8" });
  if (tar.status !== 0) throw new Error(`tar -xzpf ${archive}: ${tar.error?.message ?? tar.stderr}`);
  const path = join(root, base);
  // A directory that is older than its own birth was copied, and then nothing in it is old.
  utimesSync(path, new Date(), new Date());
  return { root, base: path };
}

/** Sets the mtime of a file to so many ms before `SESSION_NOW`. */
export function ageFile(path: string, ms: number): void {
  const seconds = (SESSION_NOW - ms) / 1000;
  utimesSync(path, seconds, seconds);
}

/** Verdict, reason, rule and action of each entry, by id: `stale unused, stale: remove`. */
export function verdictsOf(plan: Plan): Readonly<Record<string, string>> {
  const rows = plan.bases.flatMap(({ entries }) => entries);
  return Object.fromEntries(
    rows.map(({ judged, ruling }) => {
      const held = ruling.holds.map(({ code }) => ` (${code})`).join("");
      return [
        judged.entry.id,
        `${judged.verdict} ${judged.reason}, ${ruling.rule ?? "no rule"}: ${ruling.action}${held}`,
      ];
    }),
  );
}

/** The ids that a plan removes, sorted. */
export function takenBy(plan: Plan): readonly string[] {
  return plan.bases
    .flatMap(({ entries }) => entries.filter(({ ruling }) => ruling.action === "remove"))
    .map(({ judged }) => judged.entry.id)
    .toSorted();
}

/** The outcome of each entry that a run was to remove. */
export function outcomesOf({ bases }: RunResult): readonly (readonly [string, string])[] {
  return bases.flatMap(({ entries }) =>
    entries.map(({ planned, outcome }) => [planned.judged.entry.id, outcome] as const),
  );
}
