import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const root = new URL("..", import.meta.url);
const { version } = JSON.parse(readFileSync(new URL("package.json", root), "utf8"));

export default defineConfig({
  root: fileURLToPath(root),
  // The same two names that scripts/build/bundle.mjs puts into dist/; scripts/globals.d.ts says what they mean.
  define: {
    __VERSION__: JSON.stringify(version),
    __DIST__: JSON.stringify(new URL("dist/index.js", root).href),
  },
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: ["scripts/vitest.setup.mjs"],
    // Processes and not threads: tests change directory, umask and environment, and send signals.
    pool: "forks",
    // More than there are processors here: most tests wait for a process or for the disk.
    maxWorkers: 4,
    // Generous, because worlds are made with real git and a loaded machine is no defect of ours.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    coverage: {
      provider: "v8",
      include: ["src/classify/**", "src/plan/**"],
      reporter: ["text"],
      reportsDirectory: "node_modules/.cache/coverage",
      // These two decide what is deleted: a branch that no test takes is a decision that nobody looked at.
      thresholds: { branches: 100 },
    },
  },
});
