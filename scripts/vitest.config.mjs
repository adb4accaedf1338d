import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { reportPage } from "./build/report-page.mjs";
import { notFast } from "./vitest.fast.mjs";
import { configHome, memory } from "./vitest.memory.mjs";
import { SlowestFirst } from "./vitest.sequencer.mjs";

const root = new URL("..", import.meta.url);
const { version } = JSON.parse(readFileSync(new URL("package.json", root), "utf8"));

/** Of `npm run test:fast`. */
const leftOut = process.env.FAST === "1" ? notFast(fileURLToPath(root)) : [];

/**
 * They exchange modules (vi.mock), look at what their own process has, or leave it so large (bundlers) that every later
 * start of a program takes twice as long: each has a process of its own.
 */
const alone = [
  "config/yaml",
  "hosts/bundled",
  "model-based/model",
  "reclaim/destroy-trouble",
  "process/run-command",
].map((name) => `test/${name}.test.ts`);

/** They are about file systems: of a disk, of several, of mounts. */
const disk = [
  ...["evidence", "fs", "resolve"].map((folder) => `test/${folder}/*.test.ts`),
  // The one that is left out is about signals, and makes thousands of repos.
  "test/reclaim/!(interrupted).test.ts",
  ...["cli/examples", "state/ledger-bounds", "agents/hermes/store/waits"].map((name) => `test/${name}.test.ts`),
];

/** One process loads the sources once, and not once for each file: an eighth of what all tests cost. */
const shared = { isolate: false };

export default defineConfig({
  root: fileURLToPath(root),
  // The same names that scripts/build/bundle.mjs puts into dist/; scripts/globals.d.ts says what they mean.
  define: {
    __VERSION__: JSON.stringify(version),
    __DIST__: JSON.stringify(new URL("dist/index.js", root).href),
    __REPORT_PAGE__: JSON.stringify(await reportPage(fileURLToPath(root))),
  },
  test: {
    projects: [
      { extends: true, test: { name: "alone", include: alone, exclude: leftOut } },
      { extends: true, test: { name: "disk", include: disk, exclude: [...alone, ...leftOut], ...shared } },
      {
        extends: true,
        test: {
          name: "memory",
          include: ["test/**/*.test.ts"],
          exclude: [...alone, ...disk, ...leftOut],
          env: { TMPDIR: memory },
          ...shared,
        },
      },
    ],
    globalSetup: ["scripts/vitest.setup.mjs"],
    // Processes and not threads: tests change directory, umask and environment, and send signals.
    pool: "forks",
    // The settings of whoever runs them are none of theirs.
    env: { XDG_CONFIG_HOME: configHome, XDG_STATE_HOME: "" },
    // More than there are processors here: most tests wait for a process or for the disk.
    maxWorkers: 4,
    sequence: { sequencer: SlowestFirst },
    // For what hangs: far longer than anything takes here, since a loaded machine is no defect of ours.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    coverage: {
      provider: "v8",
      include: ["src/classify/**", "src/plan/**", "src/gate/**", "src/reclaim/**"],
      reporter: ["text"],
      reportsDirectory: "node_modules/.cache/coverage",
      thresholds: {
        // These two decide what is deleted: a branch that no test takes is a decision that nobody looked at.
        "src/classify/**": { branches: 100 },
        "src/plan/**": { branches: 100 },
        // These act. Much of it is tested by the built command, which is not counted here.
        "src/gate/**": { lines: 97, branches: 92 },
        "src/reclaim/**": { lines: 85, branches: 70 },
      },
    },
  },
});
