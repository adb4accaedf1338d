/**
 * Mutation testing of what decides about deletions: Stryker changes one operator, condition or literal after the other,
 * and a change that no test notices is a survivor. It works on a copy below the temporary directory, where it is
 * installed for the time of the run; the checkout is only read. Minutes, not seconds, and therefore not in CI.
 *
 *     npm run mutate                              classify/, plan/ and the verifying part of reclaim/
 *     npm run mutate -- src/plan/holds.ts ...     these files or globs
 *     KEEP=1 npm run mutate ...                   leave the copy, with its report, for a closer look
 *
 * Prints every survivor and the score; ends with 1 where Stryker could not run.
 */
import { spawn } from "node:child_process";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";

/** The last line of Stryker that runs on Node 20. */
const STRYKER = "9.6.1";

/** What is mutated by default, each with the tests that import src/ and speak of it: what runs dist/ sees no mutant. */
const TARGETS = [
  {
    mutate: ["src/classify/**/*.ts", "src/plan/**/*.ts"],
    tests: ["test/classify/**/*.test.ts", "test/plan/**/*.test.ts", "!test/plan/obstacles.test.ts"],
  },
  {
    mutate: ["src/reclaim/isolate-entry.ts"],
    tests: [
      "test/reclaim/isolate-entry.test.ts",
      "test/reclaim/verify.test.ts",
      "test/trash.test.ts",
      "test/toy-store.test.ts",
    ],
  },
];

const root = fileURLToPath(new URL("..", import.meta.url));
const COPIED = ["src", "test", "scripts", "bin", "node_modules", "package.json"];

const asked = process.argv.slice(2);
const scratch = await mkdtemp(join(tmpdir(), "mutate-"));
const stop = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => stop.abort());
try {
  console.log(`copying and installing Stryker ${STRYKER} below ${scratch}`);
  await prepare();
  const scores = [];
  for (const [index, { mutate, tests }] of TARGETS.entries()) {
    const files = asked.length > 0 ? asked.filter((file) => isTarget(file, index)) : mutate;
    if (files.length === 0) continue;
    const mutants = await run(index, files, tests);
    report(mutants);
    scores.push(...mutants);
  }
  console.log(`${score(scores)} of ${scores.length} mutants in all`);
} catch (error) {
  if (!stop.signal.aborted) console.error(error instanceof Error ? error.message : error);
  process.exitCode = stop.signal.aborted ? 130 : 1;
} finally {
  if (process.env.KEEP !== "1") await rm(scratch, { recursive: true, force: true });
}

function isTarget(file, index) {
  return file.startsWith("src/reclaim/") === (index === 1);
}

async function prepare() {
  for (const name of COPIED)
    await cp(join(root, name), join(scratch, name), { recursive: true, verbatimSymlinks: true });
  // Beside the project's own, so that runner and tests share one vitest. No tsconfig.json: Stryker would want to rewrite
  // it with an interface that TypeScript 7 no longer has.
  const packages = [`@stryker-mutator/core@${STRYKER}`, `@stryker-mutator/vitest-runner@${STRYKER}`];
  await command("npm", [
    "install",
    "--no-save",
    "--no-audit",
    "--no-fund",
    "--ignore-scripts",
    "--silent",
    ...packages,
  ]);
}

/** Runs Stryker on one group of files; the mutants of its report. */
async function run(index, files, tests) {
  await writeFile(join(scratch, `vitest.${index}.config.mjs`), vitestConfig(tests));
  const file = `reports/${index}.json`;
  const config = {
    testRunner: "vitest",
    plugins: ["@stryker-mutator/vitest-runner"],
    vitest: { configFile: `vitest.${index}.config.mjs`, related: false },
    mutate: files,
    coverageAnalysis: "perTest",
    concurrency: Math.max(1, availableParallelism()),
    reporters: ["progress-append-only", "json"],
    jsonReporter: { fileName: file },
    // Tests of reclaim/ make worlds with real git.
    timeoutMS: 30_000,
  };
  await writeFile(join(scratch, `stryker.${index}.json`), JSON.stringify(config));
  await command("npx", ["--no-install", "stryker", "run", `stryker.${index}.json`]);
  const { files: reported } = JSON.parse(await readFile(join(scratch, file), "utf8"));
  return Object.entries(reported).flatMap(([path, { source, mutants }]) =>
    mutants.map((mutant) => ({
      ...mutant,
      path: relative(scratch, join(scratch, path)),
      line: source.split("\n")[mutant.location.start.line - 1],
    })),
  );
}

/** As scripts/vitest.config.mjs, without its build and with the tests that matter alone. */
function vitestConfig(tests) {
  const define = {
    __VERSION__: '"0.0.0"',
    __DIST__: JSON.stringify(new URL("../dist/index.js", import.meta.url).href),
  };
  const test = {
    include: tests.filter((glob) => !glob.startsWith("!")),
    exclude: tests.filter((glob) => glob.startsWith("!")).map((glob) => glob.slice(1)),
    pool: "forks",
    testTimeout: 60_000,
    hookTimeout: 60_000,
  };
  return `export default ${JSON.stringify({ define, test }, null, 2)};\n`;
}

function report(mutants) {
  const alive = mutants.filter(({ status }) => status === "Survived" || status === "NoCoverage");
  for (const { path, location, mutatorName, replacement, status, line } of alive) {
    console.log(`${status}: ${path}:${location.start.line}:${location.start.column} ${mutatorName}`);
    console.log(`  - ${line.trim()}\n  + ... ${replacement}`);
  }
  const byFile = groups(mutants);
  for (const [path, own] of byFile) console.log(`${score(own).padStart(7)}  ${path}`);
  console.log(`${score(mutants).padStart(7)}  all ${mutants.length} mutants of these, ${alive.length} survived`);
}

function groups(mutants) {
  const found = new Map();
  for (const mutant of mutants) found.set(mutant.path, [...(found.get(mutant.path) ?? []), mutant]);
  return found;
}

/** Killed and timed out, of all that could be run. */
function score(mutants) {
  const valid = mutants.filter(({ status }) => ["Killed", "Timeout", "Survived", "NoCoverage"].includes(status));
  const caught = valid.filter(({ status }) => status === "Killed" || status === "Timeout");
  return valid.length === 0 ? "-" : `${((100 * caught.length) / valid.length).toFixed(1)}%`;
}

function command(program, args) {
  const child = spawn(program, args, {
    cwd: scratch,
    stdio: ["ignore", "inherit", "inherit"],
    signal: stop.signal,
    killSignal: "SIGTERM",
  });
  /** @type {Promise<void>} */
  const ended = new Promise((done, failed) => {
    child.once("error", failed);
    child.once("close", (code, signal) => {
      if (code === 0) done();
      else failed(new Error(`${program} ${args[0]} ended with ${code ?? signal}`));
    });
  });
  return ended;
}
