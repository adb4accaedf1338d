// Stores made up at random: whatever else lies beside it, nothing is planned that is in use, young, cannot be parsed, has two
// formats, is among the newest, or is called otherwise than it says.

import fc from "fast-check";
import { linkSync, mkdirSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { scan } from "../../../src/index.ts";
import { scratch } from "../../fs/support.ts";
import { SESSION_NOW, takenBy } from "../../support/session-store.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const SPOILS = [
  "whole",
  "whole",
  "whole",
  "whole",
  "cut",
  "empty",
  "other id",
  "other name",
  "both formats",
  "error",
  "no time",
  "future",
  "key twice",
  "link",
  "hard link",
  "hidden",
  "upper case",
] as const;

interface Planted {
  readonly format: "enhancement" | "managed" | "run";
  readonly state: string;
  readonly hex: string;
  readonly fileAge: number;
  readonly useAge: number;
  readonly spoil: (typeof SPOILS)[number];
}

const AGES = fc.oneof(
  fc.constantFrom(HOUR, DAY - 1000, DAY + 1000, 30 * DAY - 1000, 30 * DAY, 30 * DAY + 1000, 31 * DAY, 300 * DAY),
  fc.integer({ min: 0, max: 90 * DAY }),
);

const planted: fc.Arbitrary<Planted> = fc.record({
  format: fc.constantFrom("enhancement", "managed", "run"),
  state: fc.constantFrom(
    "completed",
    "failed",
    "completed",
    "failed",
    "active",
    "paused",
    "suspended",
    "Completed",
    "new",
  ),
  hex: fc.stringMatching(/^[0-9a-f]{28}$/),
  fileAge: AGES,
  useAge: AGES,
  spoil: fc.constantFrom(...SPOILS),
});

interface Expected {
  readonly name: string;
  readonly goes: boolean;
  /** Of a sound enhancement: its last use, as early as it counts. */
  readonly newest: number | null;
}

function plant(base: string, one: Planted, nth: number): Expected {
  const { format, state, fileAge, useAge, spoil } = one;
  const digits = `${nth.toString(16).padStart(4, "0")}${one.hex}`;
  const uuid = [digits.slice(0, 8), ...[8, 12, 16].map((at) => digits.slice(at, at + 4)), digits.slice(20)].join("-");
  const id = format === "enhancement" ? digits.slice(0, 8) : uuid;
  const session = contentOf(one, spoil === "other id" ? `${id.slice(0, -1)}z` : id);
  const whole = JSON.stringify(spoil === "error" ? { error: "Serialization failed: x" } : session);
  const text = spoil === "cut" ? whole.slice(0, -2) : spoil === "empty" ? "" : whole;
  const name = nameOf(spoil, id);
  const path = join(base, name);
  if (spoil === "link") symlinkSync(`target-${nth}`, path);
  writeFileSync(spoil === "link" ? join(base, `target-${nth}`) : path, spoil === "key twice" ? twice(text) : text);
  if (spoil === "hard link") linkSync(path, join(base, `twin-${nth}`));
  if (spoil !== "link") utimesSync(path, (SESSION_NOW - fileAge) / 1000, (SESSION_NOW - fileAge) / 1000);
  // Without a zone it may be fourteen hours later.
  const usedAt = Math.max(SESSION_NOW - fileAge, SESSION_NOW - useAge + (format === "enhancement" ? 14 * HOUR : 0));
  const isOld = (format === "run" ? SESSION_NOW - fileAge : usedAt) < SESSION_NOW - 30 * DAY;
  // The command line's have no time that could be missing.
  const isSound = spoil === "whole" || (format === "run" && (spoil === "no time" || spoil === "future"));
  const isOver = format !== "managed" || state === "completed" || state === "failed";
  return {
    name,
    goes: (isSound && isOld && isOver) || (spoil === "empty" && fileAge > DAY),
    newest: isSound && format === "enhancement" ? Math.min(usedAt, SESSION_NOW) : null,
  };
}

function contentOf({ format, state, useAge, spoil }: Planted, id: string): Readonly<Record<string, unknown>> {
  const at = spoil === "future" ? SESSION_NOW + 20 * HOUR : SESSION_NOW - useAge;
  const local = spoil === "no time" ? "yesterday" : new Date(at).toISOString().slice(0, -1);
  const both = spoil === "both formats" ? { stages: {}, state: "completed", started: true } : {};
  switch (format) {
    case "enhancement":
      return { session_id: id, metadata: { created_at: local, original_prompt: "x" }, stages: {}, ...both };
    case "managed":
      return { session_id: id, agent_id: "a", state, last_activity: `${local}+00:00`, metadata: {}, ...both };
    case "run":
      return { session_id: id, project_root: "/home/user/project", started: false, ...both };
  }
}

function nameOf(spoil: Planted["spoil"], id: string): string {
  if (spoil === "hidden") return `.${id}.json`;
  if (spoil === "other name") return `${id}-enhancement-session.json`;
  // Not where all digits happen to be decimal.
  return spoil === "upper case" ? `${id}A.json` : `${id}.json`;
}

function twice(text: string): string {
  return text.replace("{", '{"session_id":"00000000",');
}

it("plans exactly what is over, old, and not among the newest", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(planted, { maxLength: 40 }), fc.integer({ min: 1, max: 6 }), async (all, keep) => {
      const project = scratch();
      const base = join(project, ".tapps-agents/sessions");
      mkdirSync(base, { recursive: true });
      writeFileSync(join(base, "../config.yaml"), `cleanup: {sessions: {keep_latest: ${keep}, max_age_days: 30}}\n`);
      const expected = all.map((one, nth) => plant(base, one, nth));
      const last = expected.flatMap(({ newest }) => newest ?? []).toSorted((a, b) => b - a)[keep - 1] ?? -Infinity;
      const goes = expected.filter((one) => one.goes && (one.newest === null || one.newest < last));
      const plan = await scan({
        env: { HOME: project },
        agent: "tapps",
        cwd: project,
        settings: { collect: ["tapps-sessions", "tapps-cli-sessions"] },
        mode: "automatic",
        now: () => SESSION_NOW,
      });
      expect(takenBy(plan)).toEqual(goes.map(({ name }) => name).toSorted());
    }),
    { numRuns: 60 },
  );
});
