import { rmSync } from "node:fs";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { built, LIVE, STALE } from "./made.mjs";
import { makeStore } from "./stores.mjs";

/** What a host feels that has us in its process. */
export async function hosting(/** @type {import("./made.mjs").Bench} */ bench) {
  for (const count of [bench.entries, bench.entries * 10]) await insideHost(bench, count);
  await aborting(bench);
}

/** What a host feels while a sweep runs inside it. */
async function insideHost({ root, tell }, count) {
  const store = makeStore(join(root, "loop"), { entries: count, files: 26, mix: LIVE });
  const { autoPrune } = await library();
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  await autoPrune({ home: store.home, settings: { auto_prune: true, min_interval_hours: 0 } });
  delay.disable();
  tell(`event loop of a host, sweep of ${count}, largest delay`, delay.max / 1e6, "50 ms");
  rmSync(join(root, "loop"), { recursive: true });
}

/** From the signal to the end of a scan that was walking. */
async function aborting({ root, entries, files, pairs, tell }) {
  const store = makeStore(join(root, "abort"), { entries: Math.min(entries, 200), files, mix: STALE });
  const { scan } = await library();
  const times = [];
  for (let at = 0; at < pairs; at++) {
    const abort = new AbortController();
    let asked = 0;
    const onProgress = ({ stage, done }) => {
      if (asked > 0 || stage !== "measure" || done < Math.min(entries, 200) / 4) return;
      asked = performance.now();
      abort.abort();
    };
    await scan({ home: store.home, everything: true, signal: abort.signal, onProgress }).catch(() => undefined);
    times.push(performance.now() - asked);
  }
  tell("from the abort to the end of a scan", Math.max(...times), "100 ms");
  rmSync(join(root, "abort"), { recursive: true });
}

function library() {
  return import(built("index.js"));
}
