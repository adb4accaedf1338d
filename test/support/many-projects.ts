// Many projects of one store, made by one process of git: what a hundred take otherwise is most of a test's time.

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { git } from "./git.ts";
import type { HermesStore } from "./hermes-store.ts";
import { DAY_MS } from "./paths.ts";

/** Projects with two snapshots each, unused for so many days. Returns their workdirs, which are there. */
export function manyProjects(store: HermesStore, directory: string, count: number, ageDays = 60): readonly string[] {
  const workdirs = Array.from({ length: count }, (_, at) => join(directory, `many-${at}`));
  const touched = Date.now() / 1000 - (ageDays * DAY_MS) / 1000;
  const stream = workdirs.map((workdir) => historyOf(store.project(workdir).ref, workdir, Math.floor(touched)));
  git({ repo: store.path, input: stream.join("") }, "fast-import", "--quiet");
  for (const workdir of workdirs) {
    const { json, index, ledger } = store.project(workdir);
    mkdirSync(workdir, { recursive: true });
    writeFileSync(json, JSON.stringify({ workdir, created_at: touched, last_touch: touched }));
    writeFileSync(index, "");
    writeFileSync(ledger, "{}");
  }
  return workdirs;
}

function historyOf(ref: string, workdir: string, at: number): string {
  const commit = (text: string): string =>
    `commit ${ref}\ncommitter H <h@l> ${at} +0000\ndata 1\ns\nM 100644 inline a.txt\ndata ${text.length}\n${text}\n`;
  return commit(`${workdir}\n`) + commit(`${workdir}\n`.repeat(9));
}
