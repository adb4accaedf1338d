// How many file system calls a repository of another agent costs, counted as for an entry of Hermes (calls.test.ts).

import { writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { scan } from "../../src/index.ts";
import { sha1 } from "../support/agents-store.ts";
import { interceptCalls, stopIntercepting } from "../support/intercept-calls.ts";
import { type WorktreeHome, worktreeHome } from "../support/worktree-repo.ts";

const FEW = 2;
const MANY = 8;

async function callsOf({ options }: WorktreeHome, everything: boolean): Promise<readonly string[]> {
  const calls: string[] = [];
  interceptCalls((operation, path) => {
    if (!operation.startsWith("point:")) calls.push(`${operation} ${path}`);
  });
  try {
    await scan({ ...options, everything });
  } finally {
    stopIntercepting();
  }
  return calls;
}

function addRepos(home: WorktreeHome, from: number, to: number): readonly string[] {
  return Array.from({ length: to - from }, (_, at) =>
    home.repo(`project-${from + at}`, (worktree) => `${sha1(`first of ${worktree}`)}/${sha1(worktree)}`),
  );
}

describe.each([
  ["opencode", 25],
  ["kilo", 28],
])("calls of a live repository of %s", (agent, most) => {
  it(`are at most ${most}`, async () => {
    const home = worktreeHome(agent, agent);
    addRepos(home, 0, FEW);
    const few = await callsOf(home, false);
    addRepos(home, FEW, MANY);
    const many = await callsOf(home, false);
    const each = (many.length - few.length) / (MANY - FEW);
    expect(each).toBeGreaterThan(10);
    expect(each).toBeLessThanOrEqual(most);
  });

  it("list its project once and read its config once, for all kinds of the agent", async () => {
    const home = worktreeHome(agent, agent);
    const repos = addRepos(home, 0, FEW);
    const calls = await callsOf(home, false);
    for (const repo of repos) {
      expect(calls.filter((call) => call === `readdir ${dirname(repo)}`)).toHaveLength(1);
      expect(calls.filter((call) => call === `open ${join(repo, "config")}`)).toHaveLength(1);
    }
  });

  it("look at each directory of objects once where all are measured, and each time a run begins", async () => {
    const home = worktreeHome(agent, agent);
    const repo = addRepos(home, 0, 1)[0] ?? "";
    for (const _ of [1, 2]) {
      const calls = await callsOf(home, true);
      const fans = calls.filter((call) => /^lstat .*\/objects\/[0-9a-f]{2}$/.test(call));
      expect(new Set(fans).size).toBeGreaterThan(1);
      expect(fans).toHaveLength(new Set(fans).size);
      expect(calls).toContain(`open ${join(repo, "config")}`);
    }
  });

  it("are new ones in a second run of the same process, which sees what changed", async () => {
    const home = worktreeHome(agent, agent);
    const repo = addRepos(home, 0, 1)[0] ?? "";
    const before = await scan(home.options);
    writeFileSync(join(repo, "config"), "[core]\n\tworktree = relative\n");
    const after = await scan(home.options);
    const counts = [before, after].map(({ bases }) => bases.flatMap(({ entries }) => entries).length);
    expect(counts).toEqual([1, 0]);
  });
});
