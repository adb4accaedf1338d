/** The version in package.json; put in by the build, and by vitest for tests that import `src/`. */
declare const __VERSION__: string;

/**
 * URL of a file in `dist/`: the importing file itself once built, `dist/index.js` when a test imports `src/`.
 * So `new URL("./scan-worker.js", __DIST__)` finds a worker, and `new URL("../bin/checkpoints.js", __DIST__)` the
 * command, from bundle and source alike.
 */
declare const __DIST__: string;

/** Style sheet and script of the HTML report, and their hashes as a Content-Security-Policy has them. */
declare const __REPORT_PAGE__: {
  readonly style: string;
  readonly styleHash: string;
  readonly script: string;
  readonly scriptHash: string;
};
