// A gateway that runs for a hundred days in a minute: the loop with a clock that jumps to the next interval whenever
// there is nothing to do. Prints what it held after about ten intervals and after about all of them, as JSON.
//
//     node --expose-gc gateway.mjs <housekeeping.js> <home> <program in place of the command> <intervals>
import { readdirSync, readFileSync, utimesSync } from "node:fs";
import { join } from "node:path";

const [library, home, program, intervals] = process.argv.slice(2);
const { startHousekeeping } = await import(library);
const DAY = 86_400_000;
const next = join(home, ".checkpoints.gc", "next");
const controller = new AbortController();
const seen = [];
let ahead = 0;
let sweeps = 0;
// The gateway's own work: as long as it goes on, so does the process.
const alive = setInterval(() => undefined, 60_000);

const { stopped } = startHousekeeping({
  signal: controller.signal,
  home,
  enabled: true,
  jitterMs: 0,
  command: [process.execPath, program],
  logger: { debug() {}, info() {}, warn: (_, message) => process.stderr.write(`${message}\n`) },
  onSweep: () => (sweeps += 1),
  now: () => Date.now() + ahead,
  sleep: async (ms) => {
    // What a hundred turns of the event loop need to let go of handles and listeners.
    await new Promise((turn) => setImmediate(turn));
    const counts = (sweeps > 5 && sweeps <= 10) || sweeps > Number(intervals) - 5;
    if (counts && seen.at(-1)?.sweeps !== sweeps) seen.push(held());
    if (sweeps === Number(intervals)) controller.abort();
    // `next` was set by a sweep that knows the real time alone: it moves along with the clock of the test.
    if (ms > 1000) utimesSync(next, new Date(), new Date(Date.now() + ahead + DAY));
    ahead += DAY + 1000;
  },
});
await stopped;
clearInterval(alive);
console.log(JSON.stringify({ sweeps, seen }));

function held() {
  for (let round = 0; round < 5; round++) globalThis.gc();
  const fds = process.platform === "linux" ? readdirSync("/proc/self/fd").length : 0;
  const zombies = process.platform === "linux" ? children() : 0;
  return {
    sweeps,
    heap: process.memoryUsage().heapUsed,
    fds,
    zombies,
    handles: process.getActiveResourcesInfo().length,
  };
}

function children() {
  return readFileSync(`/proc/self/task/${process.pid}/children`, "utf8").trim().split(/\s+/).filter(Boolean).length;
}
