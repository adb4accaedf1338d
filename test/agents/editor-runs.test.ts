// An editor or an agent that runs: a repository that another process has a file of open, or works in, stays, and the same without
// that process goes.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { prune, scan } from "../../src/index.ts";
import { DAY_MS, setTimes } from "../support/paths.ts";
import { run } from "../support/run.ts";
import { SNAPSHOT_AGENTS, type SnapshotAgent, snapshotHome } from "../support/snapshot-home.ts";
import { outcomesOf } from "../support/session-store.ts";
import { REPOS_NOW } from "../support/worktree-repo.ts";

/** A process that works in a directory, and has a file open where one is named; it ends by what it gives. */
async function program(cwd: string, file: string | null): Promise<() => Promise<unknown>> {
  const open = file === null ? "" : 'require("node:fs").openSync(process.argv[1], "r");';
  const child = spawn(process.execPath, ["-e", `${open} process.stdin.resume(); console.log("ready")`, file ?? ""], {
    cwd,
    stdio: ["pipe", "pipe", "inherit"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  await once(child.stdout, "data");
  return async () => {
    const ended = once(child, "exit");
    child.stdin.end();
    return ended;
  };
}

const pruned = async (agent: SnapshotAgent, root: string) =>
  run(["prune", "--yes", "--json", "--agent", agent], { env: { HOME: root } });

describe.runIf(process.platform === "linux").each(SNAPSHOT_AGENTS)("of %s, an orphan", (agent) => {
  it.each([
    ["one of whose files is open", "another program has a file in it open"],
    ["that is the directory of a program", "another program is running in its directory"],
  ])("%s stays, and its twin goes; later it goes, too", async (what, sentence) => {
    const home = snapshotHome(agent);
    const [used, twin] = [home.orphan("used"), home.orphan("twin")];
    const isOpen = what.startsWith("one of");
    const end = await program(
      isOpen ? home.root : join(used.gitDirectory, "objects"),
      isOpen ? join(used.gitDirectory, "HEAD") : null,
    );
    const first = await pruned(agent, home.root);
    expect(first.code, first.stdout + first.stderr).toBe(0);
    expect([existsSync(used.path), existsSync(twin.path)]).toEqual([true, false]);
    const held = first.report().entries.find(({ path }) => path === used.path)?.holds;
    expect(held).toEqual(["active"]);
    const shown = await run(["status", "--agent", agent], { env: { HOME: home.root } });
    expect(shown.stdout).toContain(sentence);
    await end();
    expect((await pruned(agent, home.root)).code).toBe(0);
    expect(existsSync(used.path)).toBe(false);
  });

  it("goes although a program merely lists it, or works beside it", async () => {
    const home = snapshotHome(agent);
    const { path, gitDirectory } = home.orphan("listed");
    await program(home.root, join(gitDirectory, "refs"));
    await program(join(path, ".."), null);
    expect((await pruned(agent, home.root)).code).toBe(0);
    expect(existsSync(path)).toBe(false);
  });
});

describe.runIf(process.platform === "linux").each(["cline", "roo"] as const)("of %s, one that is old", (agent) => {
  it("stays while its editor has a file of it open, and its twin goes", async () => {
    const home = snapshotHome(agent);
    const [used, twin] = [home.repo("used"), home.repo("twin")];
    for (const { path } of [used, twin]) setTimes(path, REPOS_NOW - 40 * DAY_MS);
    await program(used.workdir, join(used.gitDirectory, "index"));
    const result = await prune(await scan({ ...home.options, disposal: "trash" }), home.options);
    expect(outcomesOf(result).map(([, outcome]) => outcome)).toEqual(["trashed"]);
    expect([existsSync(used.path), existsSync(twin.path)]).toEqual([true, false]);
  });

  it("that a program begins to use after the plan was made stays, and its twin goes", async () => {
    const home = snapshotHome(agent);
    const [used, twin] = [home.orphan("used"), home.orphan("twin")];
    const plan = await scan({ ...home.options, disposal: "trash" });
    await program(home.root, join(used.gitDirectory, "index"));
    const result = await prune(plan, home.options);
    expect(
      outcomesOf(result)
        .map(([, outcome]) => outcome)
        .toSorted(),
    ).toEqual(["changed", "trashed"]);
    expect([existsSync(used.path), existsSync(twin.path)]).toEqual([true, false]);
  });
});
