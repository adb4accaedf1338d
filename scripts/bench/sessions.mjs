import { rmSync } from "node:fs";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { built, command, node } from "./made.mjs";
import { inTurns, timed } from "./measure.mjs";
import { agents, makeIndex, makeSessions } from "./session-stores.mjs";

/** Session files: many in one folder, half of them too old to stay, and an index of fifty megabytes. */
export async function sessions(/** @type {import("./made.mjs").Bench} */ bench) {
  for (const agent of agents) await folder(bench, agent);
  await index(bench);
}

async function folder({ root, entries, pairs, add, tell }, agent) {
  const count = entries * 20;
  const store = makeSessions(join(root, "sessions"), agent, count);
  const what = `${count} files of ${agent}, half of them old`;
  const { peak } = timed(node, [command, ...argsOf(store, agent)], { env: { MEASURE_MEMORY: "1", HOME: store.home } });
  const turn = inTurns(
    pairs,
    () => timed(node, [command, ...argsOf(store, agent)], { env: { HOME: store.home } }).ms,
    () => timed("ls", ["-l", store.base]).ms,
  );
  add(`prune --dry-run, ${what}`, "ls -l", turn, 2, { peak });
  tell(
    `event loop of a host, scan of ${what}, longest delay`,
    await longestDelay(store, agent, `${agent}-sessions`),
    "50 ms",
  );
  rmSync(join(root, "sessions"), { recursive: true });
}

async function index({ root, entries, pairs, add, tell }) {
  const megabytes = Math.max(1, Math.round(entries / 20));
  const store = makeIndex(join(root, "index"), megabytes);
  const kind = "openclaw-session-entries";
  const args = [...argsOf(store, "openclaw"), "--set", `collect=${kind}`];
  const parse = `JSON.parse(require("node:fs").readFileSync(${JSON.stringify(store.index)}, "utf8"))`;
  const what = `sessions.json of ${megabytes} MB, half of it old`;
  const { peak } = timed(node, [command, ...args], { env: { MEASURE_MEMORY: "1", HOME: store.home } });
  const turn = inTurns(
    pairs,
    () => timed(node, [command, ...args], { env: { HOME: store.home } }).ms,
    () => timed(node, ["-e", parse]).ms,
  );
  add(`prune --dry-run, ${what}`, "JSON.parse", turn, 2, { peak });
  tell(`event loop of a host, scan of ${what}, longest delay`, await longestDelay(store, "openclaw", kind), "50 ms");
  rmSync(join(root, "index"), { recursive: true });
}

function argsOf(store, agent) {
  const home = store.project === null ? [] : ["--home", store.project];
  return ["prune", "--dry-run", "--agent", agent, ...home];
}

/** In ms, while its sessions are looked at in this process. */
async function longestDelay({ home, project }, agent, kind) {
  const { scan } = await import(built("index.js"));
  const options = {
    agent,
    env: { HOME: home },
    settings: { collect: [kind] },
    ...(project === null ? {} : { home: project }),
  };
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  await scan(options);
  delay.disable();
  return delay.max / 1e6;
}
