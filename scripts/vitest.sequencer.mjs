/** The slowest test files first: one that waits for deadlines would otherwise begin last, since it is small, and end alone. */
import { existsSync } from "node:fs";
import { BaseSequencer } from "vitest/node";

/** Those that took longest in a full run, in that order; most of them wait, for signals, mounts or a killed process. */
const SLOWEST = [
  "reclaim/interrupted",
  "evidence/dead-mount",
  "agents/hermes/store/kill",
  "evidence/mounts",
  "evidence/fuse",
  "faults/kill",
  "cli/appearance",
  "agents/hermes/store/collect-needed",
  "faults/failing-calls",
  "keep",
  "cli/completion-shells",
  "cli/completion",
  "cli/endings",
  "evidence/ledger-broken",
  "git/special-files",
].map((name) => `/test/${name}.test.ts`);

const gone = SLOWEST.find((name) => !existsSync(new URL(`..${name}`, import.meta.url)));
if (gone !== undefined) throw new Error(`scripts/vitest.sequencer.mjs names ${gone}, and there is no such file`);

export class SlowestFirst extends BaseSequencer {
  /** @override */
  async sort(files) {
    // oxlint-disable-next-line unicorn/no-array-sort -- vitest's own method of that name
    const sorted = await super.sort(files);
    // Those of a project in a row: a process that files share ends where the next one is of another project.
    return sorted.toSorted((a, b) => rank(a) - rank(b) || (a.project.name < b.project.name ? 1 : -1));
  }
}

function rank({ moduleId }) {
  const index = SLOWEST.findIndex((name) => moduleId.endsWith(name));
  return index === -1 ? SLOWEST.length : index;
}
