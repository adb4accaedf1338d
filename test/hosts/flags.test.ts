// Whatever options node has in a host, the worker threads run with none of them.

import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, it } from "vitest";
import { PROJECT } from "../support/paths.ts";
import { cleanEnv } from "../support/run.ts";
import { world } from "../support/world.ts";

/** As many as threads are started for. */
const MANY = 20;

it("a host whose program is a string, and one that preloads something, walk in threads as everybody", () => {
  const w = world();
  for (let n = 0; n < MANY; n++) w.repo(`r${n}`);
  const library = pathToFileURL(join(PROJECT, "dist", "index.js")).href;
  const preload = 'data:text/javascript,import{isMainThread as m}from"worker_threads";if(!m)process.exit(3)';
  const program = `
    const { scan } = await import(${JSON.stringify(library)});
    const { bases } = await scan({ home: ${JSON.stringify(w.home)}, everything: true });
    console.log(bases[0].entries.filter(({ judged }) => judged.bytes > 0).length);`;
  const args = ["--import", preload, "--input-type=module", "-e", program];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    encoding: "utf8",
    env: cleanEnv({ home: w }),
  });
  expect([status, stdout, stderr]).toEqual([0, `${MANY}\n`, ""]);
});
