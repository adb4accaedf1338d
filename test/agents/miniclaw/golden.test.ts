// The store that MiniClaw's own session module wrote: every row of it, and the way to the trash and back.

import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";
import { prune, restore, scan, type ScanOptions } from "../../../src/index.ts";
import { interceptCallAt, stopIntercepting } from "../../support/intercept-calls.ts";
import { ageFile, outcomesOf, SESSION_NOW, takenBy, unpackSessions, verdictsOf } from "../../support/session-store.ts";
import { diff, fingerprint } from "../../support/tree.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const TAKEN = [
  "cli_old.json",
  "telegram_-1001234567890.json",
  "telegram_100000001.json",
  "telegram_100000002.json",
  "telegram_100000004.json",
  "telegram_100000010.json",
  "telegram_100000012.tmp",
];

interface Store {
  readonly base: string;
  readonly options: ScanOptions;
}

function golden(): Store {
  const { root, base } = unpackSessions("miniclaw", "home/.miniclaw/workspace/sessions");
  const options = { env: { HOME: join(root, "home") }, agent: "miniclaw", now: () => SESSION_NOW } as const;
  return { base, options: { ...options, settings: { collect: ["miniclaw-sessions"] } } };
}

it("judges each file of the golden store as is written there", async () => {
  const { options } = golden();
  const plan = await scan({ ...options, everything: true, mode: "automatic" });
  expect(verdictsOf(plan)).toEqual({
    "telegram_100000001.json": "stale unused, expired: remove",
    "telegram_100000002.json": "stale unused, expired: remove",
    "telegram_100000004.json": "stale unused, expired: remove",
    "telegram_-1001234567890.json": "stale unused, expired: remove",
    "cli_old.json": "stale unused, expired: remove",
    "telegram_100000003.json": "live not-applicable, no rule: keep",
    "telegram_100000005.json": "live not-applicable, no rule: keep",
    "telegram_100000008.json": "live not-applicable, no rule: keep",
    "cli_default.json": "live not-applicable, no rule: keep",
    "telegram_100000008.json.corrupted": "stale unused, expired: keep (not-enabled)",
    "telegram_100000010.json": "debris empty, empty: remove",
    "telegram_100000011.json": "debris empty, no rule: keep",
    "telegram_100000012.tmp": "debris left-while-writing, debris: remove",
    "telegram_100000013.json": "unidentified not-json, no rule: keep",
  });
  expect(plan.bases.flatMap(({ foreign }) => foreign)).toEqual(["README.txt", "old"]);
  // What is not measured first is planned alike.
  expect(takenBy(await scan(options))).toEqual(TAKEN);
});

it("takes a session from the 30th day on, and not one of just 30 days", async () => {
  const { base, options } = golden();
  const path = join(base, "telegram_100000004.json");
  const text = readFileSync(path, "utf8");
  writeFileSync(path, text.replace("11:59:59.123456789Z", "12:00:00Z"));
  ageFile(path, 30 * DAY);
  expect(verdictsOf(await scan(options))["telegram_100000004.json"]).toBe("live not-applicable, no rule: keep");
  ageFile(path, 30 * DAY + 1000);
  expect(verdictsOf(await scan(options))["telegram_100000004.json"]).toBe("live not-applicable, no rule: keep");
  writeFileSync(path, text);
  ageFile(path, 30 * DAY + 1000);
  expect(verdictsOf(await scan(options))["telegram_100000004.json"]).toBe("stale unused, expired: remove");
});

it("keeps what was put aside as corrupted unless it is collected by its name, and then takes only what is old", async () => {
  const { base, options } = golden();
  writeFileSync(join(base, "telegram_7.json.corrupted"), "{");
  const settings = { collect: ["miniclaw-corrupted"] };
  expect(takenBy(await scan({ ...options, settings, mode: "automatic" }))).toEqual([
    "telegram_100000008.json.corrupted",
  ]);
});

it("changes nothing in a dry run, and comes back from the trash with its bytes, mode and time", async () => {
  const { base, options } = golden();
  const around = dirname(base);
  const before = fingerprint(around);
  const plan = await scan({ ...options, disposal: "trash" });
  expect(diff(before, fingerprint(around))).toEqual([]);
  const result = await prune(plan, options);
  expect(outcomesOf(result)).toEqual(expect.arrayContaining(TAKEN.map((id) => [id, "trashed"])));
  expect(readdirSync(base).filter((name) => TAKEN.includes(name))).toEqual([]);
  expect(takenBy(await scan(options))).toEqual([]);
  const back = await restore({ ...options, ids: TAKEN });
  expect(back.rows.map(({ outcome }) => outcome)).toEqual(TAKEN.map(() => "restored"));
  const after = fingerprint(around, { ignore: (path) => path.startsWith(".sessions.gc") });
  expect(diff(before, after).filter((line) => !/^~ (?:\.|sessions): dir/.test(line))).toEqual([]);
  expect(statSync(join(base, "cli_old.json")).mode & 0o777).toBe(0o600);
});

it("keeps a session that is spoken to between the plan and the move, and takes the others", async () => {
  const { base, options } = golden();
  const path = join(base, "telegram_100000001.json");
  const plan = await scan({ ...options, disposal: "trash" });
  expect(takenBy(plan)).toContain("telegram_100000001.json");
  const spoken = readFileSync(path, "utf8").replaceAll("2026-10-12T12:00:00", "2026-11-26T11:59:00");
  writeFileSync(path, spoken);
  // Its time says nothing: what it says itself does.
  ageFile(path, 45 * DAY);
  expect(outcomesOf(await prune(plan, options))).toContainEqual(["telegram_100000001.json", "changed"]);
  expect(readFileSync(path, "utf8")).toBe(spoken);
  expect(readdirSync(base)).not.toContain("telegram_100000002.json");
});

it("puts back a session that was written between the last check and the move", async () => {
  const { base, options } = golden();
  const path = join(base, "telegram_100000001.json");
  const plan = await scan({ ...options, disposal: "trash" });
  const spoken = readFileSync(path, "utf8").replaceAll("2026-10-12T12:00:00", "2026-11-26T11:59:00");
  const seen = interceptCallAt("rename", () => writeFileSync(path, spoken), { path: "/telegram_100000001.json" });
  expect(outcomesOf(await prune(plan, options))).toContainEqual(["telegram_100000001.json", "changed"]);
  stopIntercepting();
  expect([seen.met() > 0, readFileSync(path, "utf8")]).toEqual([true, spoken]);
});

it("does not restore over a session that a gateway wrote again", async () => {
  const { base, options } = golden();
  const path = join(base, "telegram_100000001.json");
  await prune(await scan({ ...options, disposal: "trash" }), options);
  writeFileSync(path, "written again");
  const back = await restore({ ...options, ids: ["telegram_100000001.json", "cli_old.json"] });
  expect(Object.fromEntries(back.rows.map(({ item, outcome }) => [item.entryId, outcome]))).toEqual({
    "cli_old.json": "restored",
    "telegram_100000001.json": "conflict",
  });
  expect([readFileSync(path, "utf8"), existsSync(join(base, "cli_old.json"))]).toEqual(["written again", true]);
});
