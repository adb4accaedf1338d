/**
 * Takes sessions out of a store with this package, and lets OpenClaw's own store code load and save what is left. Not a part of
 * `npm test`: it installs OpenClaw, which is large, and a Node that it runs on, into a temporary directory.
 *
 *   node scripts/real-openclaw.mjs [VERSION]
 */
import { deepStrictEqual } from "node:assert";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

// By a name that is computed: what is built is not checked again.
const { prune, restore, scan } = await import(new URL("../dist/index.js", import.meta.url).href);

const [version = "2026.6.11"] = process.argv.slice(2);

/** The clock of the golden store. */
const NOW = 1_795_694_400_000;

/** Loads an index, changes one session as a run does, and loads it again. */
const DRIVER = `
import * as store from "openclaw/plugin-sdk/session-store-runtime";
const [path, key] = process.argv.slice(2);
const before = store.loadSessionStore(path, { skipCache: true });
await store.updateSessionStore(path, (all) => { all[key].label = "loaded and saved"; });
store.clearSessionStoreCacheForTest();
const after = store.loadSessionStore(path, { skipCache: true });
console.log(JSON.stringify({ before, after }));
process.exit(0);
`;

const root = mkdtempSync(join(tmpdir(), "real-openclaw-"));
try {
  const install = join(root, "install");
  execFileSync("mkdir", ["-p", install]);
  writeFileSync(join(install, "package.json"), '{"private":true,"type":"module"}');
  const node = `node-${process.platform}-${process.arch}@24`;
  const flags = ["--ignore-scripts", "--no-audit", "--no-fund", "--omit=optional", "--loglevel=error"];
  execFileSync("npm", ["install", ...flags, `openclaw@${version}`, node], { cwd: install, stdio: "inherit" });
  writeFileSync(join(install, "driver.mjs"), DRIVER);
  const archive = new URL("../test/fixtures/sessions/openclaw.tar.gz", import.meta.url).pathname;
  execFileSync("tar", ["-xzpf", archive, "-C", root, "--no-same-owner"]);
  const home = join(root, "home");
  const base = join(home, ".openclaw/agents/main/sessions");
  // A directory that is older than its own birth was copied, and then nothing in it is old.
  utimesSync(base, new Date(), new Date());
  const index = join(base, "sessions.json");
  const sessions = () => JSON.parse(readFileSync(index, "utf8"));

  /** What OpenClaw makes of the index. */
  const driven = () => {
    const program = join(install, `node_modules/node-${process.platform}-${process.arch}/bin/node`);
    const args = [join(install, "driver.mjs"), index, "agent:main:main"];
    const env = { ...process.env, HOME: home, OPENCLAW_STATE_DIR: join(home, ".openclaw") };
    return JSON.parse(
      execFileSync(program, args, { cwd: install, env, encoding: "utf8" }).trim().split("\n").at(-1) ?? "",
    );
  };

  const options = {
    env: { HOME: home },
    agent: "openclaw",
    now: () => NOW,
    settings: { collect: ["openclaw-session-entries", "openclaw-sessions"] },
  };
  const all = sessions();
  const done = await prune(await scan({ ...options, disposal: "trash" }), options);
  const taken = done.bases.flatMap(({ entries }) =>
    entries.map(({ planned, outcome }) => [planned.judged.entry.id, outcome]),
  );
  for (const [id, outcome] of taken) if (outcome !== "trashed") throw new Error(`${id}: ${outcome}`);
  const ids = taken.map(([id]) => id);
  const left = sessions();
  deepStrictEqual(left, Object.fromEntries(Object.entries(all).filter(([key]) => !ids.includes(key))));

  const { before, after } = driven();
  deepStrictEqual(Object.keys(before).toSorted(), Object.keys(left).toSorted());
  for (const [key, session] of Object.entries(left)) {
    deepStrictEqual(before[key].sessionId, session.sessionId);
    deepStrictEqual(before[key].updatedAt, session.updatedAt);
  }
  deepStrictEqual(after["agent:main:main"].label, "loaded and saved");
  deepStrictEqual(Object.keys(sessions()).toSorted(), Object.keys(after).toSorted());

  const saved = sessions();
  const back = await restore({ ...options, ids });
  for (const { item, outcome } of back.rows) if (outcome !== "restored") throw new Error(`${item.entryId}: ${outcome}`);
  for (const [key, session] of Object.entries(all)) if (ids.includes(key)) deepStrictEqual(sessions()[key], session);
  for (const [key, session] of Object.entries(saved)) deepStrictEqual(sessions()[key], session);
  const keys = Object.keys(driven().before);
  console.log(
    `OpenClaw ${version}: loaded and saved ${Object.keys(before).length} sessions after ${ids.length} entries were`,
  );
  console.log(`taken, and loaded ${keys.length} of ${Object.keys(all).length} when they were back.`);
} finally {
  rmSync(root, { recursive: true, force: true });
}
