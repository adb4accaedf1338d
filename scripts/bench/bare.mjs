/**
 * The floor of a walk in Node: the calls that tell every size and time below a base (one listing a directory, one lstat
 * a name), in threads, and nothing else.
 *
 *   node scripts/bench/bare.mjs BASE THREADS
 */
import { lstatSync, readdirSync } from "node:fs";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";

if (isMainThread) {
  const [base = "", threads = "2"] = process.argv.slice(2);
  const names = readdirSync(base);
  for (let at = 0; at < Number(threads); at++) {
    const share = names.filter((_, index) => index % Number(threads) === at);
    const thread = new Worker(new URL(import.meta.url), { workerData: share.map((name) => `${base}/${name}`) });
    thread.once("error", (error) => {
      throw error;
    });
  }
} else {
  parentPort?.postMessage(workerData.reduce((blocks, path) => blocks + blocksIn(path), 0));
}

function blocksIn(directory) {
  let blocks = 0;
  const pending = [directory];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    for (const name of readdirSync(next)) {
      const path = `${next}/${name}`;
      const stat = lstatSync(path);
      blocks += stat.blocks;
      if (stat.isDirectory()) pending.push(path);
    }
  }
  return blocks;
}
