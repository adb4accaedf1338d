// A host that bundles the library into its own file leaves the worker behind: what threads would do is done without them.

import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { rolldown } from "rolldown";
import { describe, expect, it, onTestFinished } from "vitest";
import { PROJECT, removeTree } from "../support/paths.ts";
import { cleanEnv } from "../support/run.ts";
import { world } from "../support/world.ts";

/** As many as threads are started for. */
const MANY = 20;

const HOST = `
  import { prune, scan } from ${JSON.stringify(join(PROJECT, "dist", "index.js"))};
  const home = process.argv[2];
  const main = async () => {
    const plan = await scan({ home, everything: true });
    const { bases } = await prune(plan, { home });
    const measured = plan.bases[0].entries.filter(({ judged }) => judged.bytes > 0).length;
    const removed = bases[0].entries.filter(({ outcome }) => outcome === "removed").length;
    console.log(JSON.stringify({ measured, removed }));
  };
  void main();`;

/** A worker of the host's own: it takes messages and answers none of them. */
const FOREIGN_WORKER = `import("node:worker_threads").then(({ parentPort }) => parentPort.on("message", () => {}));`;

const BUNDLES = [
  { bundle: "an ES module", format: "esm", extension: "mjs" },
  { bundle: "a CommonJS module, which has no URL of itself", format: "cjs", extension: "cjs" },
] as const;

describe.each(BUNDLES)("a host bundled as $bundle", ({ format, extension }) => {
  it.each([
    { beside: "nothing", worker: null },
    { beside: "a worker of the host's own", worker: FOREIGN_WORKER },
    { beside: "our worker of another version", worker: "// checkpoint-gc 0.9.9\nsetInterval(() => {}, 1000);" },
  ])("measures and removes on its own thread, with $beside beside it", async ({ worker }) => {
    const w = world();
    const gone = Array.from({ length: MANY }, (_, n) => w.repo(`gone${n}`, { workdir: "delete" }));
    const stays = w.repo("stays");
    const directory = mkdtempSync(join(tmpdir(), "cgc-bundled-"));
    onTestFinished(() => removeTree(directory));
    const entry = join(directory, "host.js");
    writeFileSync(entry, HOST);
    if (worker !== null) writeFileSync(join(directory, "worker.js"), worker);
    const input = await rolldown({ input: entry, platform: "node", logLevel: "silent" });
    const host = join(directory, `bundle.${extension}`);
    await input.write({ file: host, format, codeSplitting: false });
    await input.close();

    const { status, stdout, stderr } = spawnSync(process.execPath, [host, w.home], {
      encoding: "utf8",
      env: cleanEnv({ home: w }),
      timeout: 200_000,
    });
    expect([status, stderr]).toEqual([0, ""]);
    expect(JSON.parse(stdout)).toEqual({ measured: MANY + 1, removed: MANY });
    expect(gone.filter(({ path }) => existsSync(path))).toEqual([]);
    expect(existsSync(stays.path)).toBe(true);
  });
});
