// The store that OpenClaw's own store code wrote: every row of it, and the way to the trash and back.

import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";
import { prune, restore, scan } from "../../../src/index.ts";
import { killAt } from "../../fs/support.ts";
import { interceptCallAt, stopIntercepting } from "../../support/intercept-calls.ts";
import { goldenOpenclaw, setAge } from "../../support/openclaw-store.ts";
import { outcomesOf, takenBy, verdictsOf } from "../../support/session-store.ts";
import { diff, fingerprint } from "../../support/tree.ts";

const id = (n: string): string => `${n.padStart(8, "0")}-1111-4222-8333-444455556666`;
const DELETED = `${id("15")}.jsonl.deleted.2026-10-17T12-00-00.000Z`;
const RESET = `${id("17")}.jsonl.reset.2026-10-17T12-00-00.000Z`;
const TAKEN = [id("13"), DELETED, RESET];

/** The first eight digits of an id, and what follows them. */
function short(name: string): string {
  return name.replace(/^0{6}(\w\w)-1111-4222-8333-444455556666/, "$1");
}

it("judges each file of the golden store as is written there", async () => {
  const { options } = goldenOpenclaw();
  const plan = await scan({ ...options, everything: true });
  // Files that a session names go and stay with that, as entries of another kind.
  const files = Object.entries(verdictsOf(plan)).filter(([name]) => !name.startsWith("agent:"));
  const verdicts = Object.fromEntries(files.map(([name, what]) => [short(name), what]));
  const live = "live not-applicable, no rule: keep";
  expect(verdicts).toEqual({
    // Two sessions name it, and so it stays when one of them goes.
    "0f": live,
    "13": "stale unused, expired: remove",
    "14": live,
    "15.jsonl.deleted.2026-10-17T12-00-00.000Z": "stale unused, expired: remove",
    "16.jsonl.deleted.2026-11-21T12-00-00.000Z": live,
    "17.jsonl.reset.2026-10-17T12-00-00.000Z": "stale unused, expired: remove",
    "sessions.json.0e0e0e0e-1111-4222-8333-444455556666.tmp": "debris left-while-writing, no rule: keep",
    "sessions.json.4242.0f0f0f0f-1111-4222-8333-444455556666.tmp": "debris left-while-writing, no rule: keep",
  });
  const members = plan.bases[0]?.entries.find(({ judged }) => judged.entry.id === id("13"))?.judged.entry.members;
  expect(members?.map(({ place }) => short(place))).toEqual([
    "13.jsonl",
    "13.trajectory.jsonl",
    "13.trajectory-path.json",
  ]);
  expect(plan.bases.map(({ ref, foreign }) => [ref.label, foreign])).toEqual([
    ["main", ["heartbeat-ring.json", "notes.txt", "sessions.json.bak.1780000000000"]],
    ["real", []],
  ]);
  // What is not measured first is planned alike.
  expect(takenBy(await scan(options))).toEqual(TAKEN);
});

it("takes nothing that its kind was not collected for", async () => {
  const { options } = goldenOpenclaw();
  expect(takenBy(await scan({ ...options, settings: { collect: [] } }))).toEqual([]);
});

it("takes an index that was never put in place from a day on, and no other file by its age", async () => {
  const { base, options } = goldenOpenclaw();
  const temporary = readdirSync(base).filter((name) => name.endsWith(".tmp"));
  for (const name of temporary) setAge(join(base, name), 1.001);
  for (const name of ["notes.txt", "heartbeat-ring.json"]) setAge(join(base, name), 400);
  expect(takenBy(await scan(options))).toEqual([...TAKEN, ...temporary].toSorted());
});

it("finds nothing more in a store that the program's own cleanup went through", async () => {
  const { options } = goldenOpenclaw("openclaw-after");
  const plan = await scan({ ...options, everything: true });
  expect(takenBy(plan)).toEqual([]);
  expect(plan.bases[0]?.entries).not.toEqual([]);
});

it("changes nothing in a dry run, and comes back from the trash with its bytes, mode and time", async () => {
  const { base, options } = goldenOpenclaw();
  const around = dirname(base);
  const before = fingerprint(around);
  const plan = await scan({ ...options, disposal: "trash" });
  expect(diff(before, fingerprint(around))).toEqual([]);
  expect(outcomesOf(await prune(plan, options))).toEqual(TAKEN.map((taken) => [taken, "trashed"]));
  expect(readdirSync(base).filter((name) => /^0{6}1[357]/.test(name))).toEqual([]);
  expect(takenBy(await scan(options))).toEqual([]);
  const back = await restore({ ...options, ids: TAKEN });
  expect(back.rows.map(({ outcome }) => outcome)).toEqual(TAKEN.map(() => "restored"));
  const after = fingerprint(around, { ignore: (path) => path.startsWith(".sessions.gc") });
  expect(diff(before, after).filter((line) => !/^~ (?:\.|sessions): dir/.test(line))).toEqual([]);
});

it("is whole after a kill between its transcript and its trajectory", async () => {
  const { base, options } = goldenOpenclaw();
  const before = fingerprint(base, { times: false });
  const plan = await scan({ ...options, disposal: "trash" });
  killAt((operation) => operation === "point:member-isolated");
  await expect(prune(plan, options)).rejects.toThrow("killed");
  stopIntercepting();
  await prune(await scan({ ...options, only: "orphan" }), options);
  expect(diff(before, fingerprint(base, { times: false }))).toEqual([]);
});

it("keeps a transcript that a session names between the plan and the move, and takes the others", async () => {
  const { base, options } = goldenOpenclaw();
  const plan = await scan({ ...options, disposal: "trash" });
  const index = join(base, "sessions.json");
  writeFileSync(index, readFileSync(index, "utf8").replace(id("12"), id("13")));
  expect(outcomesOf(await prune(plan, options))).toEqual([
    [id("13"), "changed"],
    [DELETED, "trashed"],
    [RESET, "trashed"],
  ]);
  expect(readdirSync(base).filter((name) => name.startsWith(id("13")))).toHaveLength(3);
});

it("puts back a transcript that a session named between the last check and the move", async () => {
  const { base, options } = goldenOpenclaw();
  const plan = await scan({ ...options, disposal: "trash" });
  const index = join(base, "sessions.json");
  const named = readFileSync(index, "utf8").replace(id("12"), id("13"));
  const seen = interceptCallAt("rename", () => writeFileSync(index, named), { path: `/${id("13")}.jsonl` });
  expect(outcomesOf(await prune(plan, options))).toContainEqual([id("13"), "changed"]);
  stopIntercepting();
  expect([seen.met() > 0, readdirSync(base).filter((name) => name.startsWith(id("13"))).length]).toEqual([true, 3]);
});

it("does not restore over a transcript that came back", async () => {
  const { base, options } = goldenOpenclaw();
  await prune(await scan({ ...options, disposal: "trash" }), options);
  const path = join(base, `${id("13")}.jsonl`);
  writeFileSync(path, "written again");
  const back = await restore({ ...options, ids: [id("13"), RESET] });
  expect(Object.fromEntries(back.rows.map(({ item, outcome }) => [item.entryId, outcome]))).toEqual({
    [id("13")]: "conflict",
    [RESET]: "restored",
  });
  expect([readFileSync(path, "utf8"), existsSync(join(base, RESET))]).toEqual(["written again", true]);
});

it("is the same in a home of the former name, and in a home that was copied to another place", async () => {
  const { root, home, options } = goldenOpenclaw();
  renameSync(home, join(root, ".clawdbot"));
  expect(takenBy(await scan(options))).toEqual(TAKEN);
  renameSync(join(root, ".clawdbot"), join(root, "elsewhere"));
  expect((await scan(options)).bases).toEqual([]);
  expect(takenBy(await scan({ ...options, home: join(root, "elsewhere") }))).toEqual(TAKEN);
  expect(takenBy(await scan({ ...options, env: { OPENCLAW_STATE_DIR: join(root, "elsewhere") } }))).toEqual(TAKEN);
  expect(takenBy(await scan({ ...options, base: join(root, "elsewhere/agents/main/sessions") }))).toEqual(TAKEN);
});
