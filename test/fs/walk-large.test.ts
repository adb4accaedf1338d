// Names that are not UTF-8, very many of them, another file system in the way, and the same in threads.

import { mkdirSync, statSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { WALK, type WalkTask } from "../../src/fs/jobs.ts";
import { runAll } from "../../src/fs/worker-pool.ts";
import { bytePath } from "../../src/fs/syscalls.ts";
import { runCooperatively } from "../../src/fs/cooperative.ts";
import { walk } from "../../src/fs/walk.ts";
import type { Measurement } from "../../src/model/inspection.ts";
import { PROJECT, setTimes } from "../support/paths.ts";
import { interceptCalls, stopIntercepting } from "../support/intercept-calls.ts";
import { loudly, scratch } from "./support.ts";

const measure = (path: string): Promise<Measurement> => runCooperatively(walk([path], null));

function below(directory: string, name: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`${directory}/`), name]);
}

const ODD: readonly Buffer[] = [
  Buffer.from([0xff]),
  Buffer.from([0x41, 0xc3]),
  Buffer.from([0xed, 0xa0, 0x80]),
  Buffer.from("new\nline"),
  Buffer.from("\x1b[31mred"),
  Buffer.from("ü漢"),
  Buffer.from([0x80, ...Array.from({ length: 254 }, () => 0xfe)]),
];

describe("names that are not UTF-8", () => {
  it("are walked, as directories and as files", async () => {
    const root = scratch();
    for (const name of ODD) {
      mkdirSync(below(root, name));
      writeFileSync(Buffer.concat([below(root, name), Buffer.from("/"), name]), "x".repeat(5000));
    }
    const told = await measure(root);
    expect(told).toMatchObject({ files: ODD.length, troubles: [] });
    expect(told.bytes).toBeGreaterThanOrEqual(5000 * ODD.length);
  });

  it("are walked in a directory so large that it is read in portions", async (test) => {
    const root = scratch();
    const large = join(root, "large");
    mkdirSync(large);
    for (let n = 0; n < 8000; n++)
      writeFileSync(below(large, Buffer.from(`\xff\xfe${String(n).padStart(200, "x")}`, "latin1")), "");
    if (statSync(large).size <= 1 << 20)
      return loudly(test, "directories do not grow with their names on this file system");
    const streamed: string[] = [];
    interceptCalls((operation, path) => {
      if (operation === "opendir") streamed.push(path);
    });
    expect(await measure(root)).toMatchObject({ files: 8000, troubles: [] });
    stopIntercepting();
    expect(streamed).toEqual([bytePath(large)]);
  });
});

describe("20,000 names in one directory", () => {
  it.each([false, true])("are all counted, and the event loop turns meanwhile (below the top: %s)", async (nested) => {
    // In memory where that is possible: making so many files takes a disk longer than walking them.
    const root = scratch(statSync("/dev/shm", { throwIfNoEntry: false }) === undefined ? undefined : "/dev/shm");
    const directory = nested ? join(root, "sub") : root;
    mkdirSync(directory, { recursive: true });
    for (let n = 0; n < 20_000; n++) writeFileSync(join(directory, `f${n}`), "");
    setTimes(root, 1_700_000_000_000);
    writeFileSync(join(directory, "f12345"), "");
    let turns = 0;
    const timer = setInterval(() => (turns += 1), 1);
    const told = await measure(root);
    clearInterval(timer);
    expect(told).toMatchObject({ files: 20_000, newestPath: join(directory, "f12345") });
    expect(turns).toBeGreaterThan(0);
  });
});

describe("another file system below", () => {
  it("is not entered, and told: /dev/shm below /dev", async (test) => {
    const dev = (path: string): number | undefined => statSync(path, { throwIfNoEntry: false })?.dev;
    if (dev("/dev") === undefined || dev("/dev/shm") === undefined || dev("/dev") === dev("/dev/shm")) {
      return loudly(test, "/dev/shm is not a mount of its own here");
    }
    const inside = scratch("/dev/shm");
    const looked: string[] = [];
    interceptCalls((_, path) => looked.push(path));
    const told = await measure("/dev");
    stopIntercepting();
    expect(told.troubles).toContainEqual({
      code: "EXDEV",
      message: "another file system begins here",
      path: "/dev/shm",
    });
    expect(looked).toContain("/dev/shm");
    expect(looked.filter((path) => path.startsWith("/dev/shm/"))).toEqual([]);
    expect(statSync(inside).isDirectory()).toBe(true);
  });
});

describe("threads", () => {
  const worker = join(PROJECT, "dist", "worker.js");
  const missing = (): string | null => {
    if (statSync(worker, { throwIfNoEntry: false }) === undefined) return "threads: dist/ is not built";
    return availableParallelism() < 2 ? "threads: this machine has one processor" : null;
  };

  function forest(count: number): WalkTask[] {
    const root = scratch();
    return Array.from({ length: count }, (_, n): WalkTask => {
      const path = join(root, `tree ü ${n}`);
      for (let m = 0; m <= n; m++) {
        mkdirSync(join(path, `d${m}`), { recursive: true });
        writeFileSync(join(path, `d${m}`, m % 5 === 0 ? "index.lock" : "f"), "x".repeat(m * 1000));
      }
      return { paths: [path], locks: /\.lock$/ };
    });
  }

  async function all(tasks: readonly WalkTask[], signal?: AbortSignal): Promise<Map<number, Measurement>> {
    const products = new Map<number, Measurement>();
    await runAll(WALK, tasks, { signal, onProduct: (index, product) => products.set(index, product) });
    return products;
  }

  it.for([1, 15, 16, 17, 60])("say of %i trees what this thread says", async (count, test) => {
    const why = missing();
    if (why !== null) return loudly(test, why);
    const tasks = forest(count);
    const threaded = await all(tasks);
    // Calls are observed in their own thread only, so that with an observer no work goes to other threads.
    interceptCalls(() => undefined);
    const here = await all(tasks);
    stopIntercepting();
    expect([...threaded.keys()].toSorted((a, b) => a - b)).toEqual([...tasks.keys()]);
    for (const [index, product] of here) expect(threaded.get(index), `tree ${index}`).toEqual(product);
  });

  it("stop on an abort signal, and have reported each finished tree before", async (test) => {
    const why = missing();
    if (why !== null) return loudly(test, why);
    const tasks = forest(60);
    const abort = new AbortController();
    let told = 0;
    const done = runAll(WALK, tasks, {
      signal: abort.signal,
      onProduct: () => {
        if (++told === 5) abort.abort();
      },
    });
    await expect(done).rejects.toMatchObject({ code: "interrupted" });
    expect(told).toBeLessThan(60);
    await expect(all(tasks, abort.signal)).rejects.toMatchObject({ code: "interrupted" });
  });

  it("tell of a tree that is gone, and of trouble, as values", async (test) => {
    const why = missing();
    if (why !== null) return loudly(test, why);
    const gone = Array.from({ length: 20 }, (_, n): WalkTask => ({
      paths: [join(scratch(), `gone${n}`)],
      locks: null,
    }));
    const products = await all(gone);
    expect(products.size).toBe(20);
    for (const product of products.values()) expect(product).toMatchObject({ files: 0, troubles: [] });
  });
});
