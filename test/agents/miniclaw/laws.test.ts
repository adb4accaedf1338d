// Stores made up at random: whatever else lies beside it, nothing is planned that is young, cannot be parsed, is called
// otherwise than it says, or is not a plain file of a session's name.

import fc from "fast-check";
import { linkSync, mkdirSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { scan } from "../../../src/index.ts";
import { scratch } from "../../fs/support.ts";
import { SESSION_NOW, takenBy } from "../../support/session-store.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const ZONES = ["Z", "+00:00", "-11:30", "+14:00"] as const;

interface Planted {
  readonly channel: string;
  readonly chat: string;
  /** Age of the file and of its last use (ms). */
  readonly fileAge: number;
  readonly useAge: number;
  readonly zone: (typeof ZONES)[number];
  /** What is done to it; `whole`: nothing. */
  readonly spoil: (typeof SPOILS)[number];
}

const SPOILS = [
  "whole",
  "whole",
  "whole",
  "cut",
  "empty",
  "temporary",
  "corrupted",
  "other name",
  "other chat",
  "no zone",
  "future",
  "ancient",
  "field missing",
  "field of another type",
  "key twice",
  "byte order mark",
  "array",
  "link",
  "hard link",
  "directory",
  "hidden",
  "below",
] as const;

const AGES = fc.oneof(
  fc.constantFrom(0, HOUR, DAY - 1000, DAY + 1000, 30 * DAY - 1000, 30 * DAY, 30 * DAY + 1000, 300 * DAY),
  fc.integer({ min: 0, max: 400 * DAY }),
);

const planted: fc.Arbitrary<Planted> = fc.record({
  channel: fc.constantFrom("telegram", "cli", "x-1"),
  chat: fc.stringMatching(/^[-_.:!a-z0-9üж]{1,12}$/u),
  fileAge: AGES,
  useAge: AGES,
  zone: fc.constantFrom(...ZONES),
  spoil: fc.constantFrom(...SPOILS),
});

/** Puts it into a base; gives its name and whether it is to go. */
function plant(base: string, one: Planted, nth: number): { readonly name: string; readonly goes: boolean } {
  const { channel, fileAge, useAge, spoil } = one;
  const chat = `${one.chat}${nth}`;
  const id = `${channel}_${chat}`;
  const session: Record<string, unknown> = {
    session_id: id,
    channel,
    chat_id: spoil === "other chat" ? `${chat}0` : chat,
    created_at: "2026-01-01T00:00:00.123456789Z",
    last_accessed: timeOf(one),
    messages: [{ role: "user", content: "hello", timestamp: "2026-01-01T00:00:00Z" }],
  };
  if (spoil === "field missing") delete session["messages"];
  if (spoil === "field of another type") session["chat_id"] = 7;
  const text = JSON.stringify(spoil === "array" ? [session] : session);
  const name = nameOf(spoil, id, nth);
  const path = join(base, name);
  if (spoil === "below") mkdirSync(join(base, `old-${nth}`));
  if (spoil === "directory") mkdirSync(path);
  else if (spoil === "link") symlinkSync(`target-${nth}`, path);
  else writeFileSync(path, contentOf(spoil, text));
  if (spoil === "link") writeFileSync(join(base, `target-${nth}`), text);
  if (spoil === "hard link") linkSync(path, join(base, `twin-${nth}`));
  if (spoil !== "link") utimesSync(path, (SESSION_NOW - fileAge) / 1000, (SESSION_NOW - fileAge) / 1000);
  const isOld = Math.min(fileAge, useAge) > 30 * DAY;
  const isAbandoned = fileAge > DAY && (spoil === "empty" || spoil === "temporary");
  return { name, goes: isAbandoned || (isOld && spoil === "whole") };
}

function timeOf({ spoil, useAge, zone }: Planted): string {
  if (spoil === "future") return new Date(SESSION_NOW + HOUR).toISOString();
  if (spoil === "ancient") return "2019-06-01T00:00:00Z";
  const minutes = zone === "Z" ? 0 : Number(`${zone[0]}1`) * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4)));
  const shown = new Date(SESSION_NOW - useAge + minutes * 60_000).toISOString().slice(0, -1);
  return spoil === "no zone" ? shown : `${shown}${zone}`;
}

function nameOf(spoil: Planted["spoil"], id: string, nth: number): string {
  switch (spoil) {
    case "temporary":
      return `${id}.tmp`;
    case "corrupted":
      return `${id}.json.corrupted`;
    case "other name":
      return `${id}-copy.json`;
    case "hidden":
      return `.${id}.json`;
    case "below":
      return `old-${nth}/${id}.json`;
    default:
      return `${id}.json`;
  }
}

function contentOf(spoil: Planted["spoil"], text: string): string {
  switch (spoil) {
    case "empty":
      return "";
    case "cut":
      return text.slice(0, -2);
    case "key twice":
      return text.replace("{", '{"session_id":"telegram_1",');
    case "byte order mark":
      return `\ufeff${text}`;
    default:
      return text;
  }
}

it("plans exactly the sessions whose file and last use are older than 30 days, and what was never finished", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(planted, { maxLength: 40 }), async (all) => {
      const home = scratch();
      const base = join(home, ".miniclaw/workspace/sessions");
      mkdirSync(base, { recursive: true });
      const expected = all.map((one, nth) => plant(base, one, nth)).filter(({ goes }) => goes);
      const plan = await scan({
        env: { HOME: home },
        agent: "miniclaw",
        settings: { collect: ["miniclaw-sessions"] },
        mode: "automatic",
        now: () => SESSION_NOW,
      });
      expect(takenBy(plan)).toEqual(expected.map(({ name }) => name).toSorted());
    }),
    { numRuns: 60 },
  );
});
