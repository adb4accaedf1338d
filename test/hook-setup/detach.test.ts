// `auto --detach --agent NAME`: what a hook in an agent starts looks at the bases of that agent.

import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { run } from "../support/run.ts";
import { appears } from "../support/until.ts";
import { worktreeHome } from "../support/worktree-repo.ts";
import { world } from "../support/world.ts";

it("looks at the bases of the agent that is named, and of no other", async () => {
  const { root, base, repo } = worktreeHome();
  repo("live");
  const state = join(base, "..", ".snapshot.gc");
  mkdirSync(state, { mode: 0o700 });
  const w = world();
  w.repo("live");
  const env = { HOME: root, HERMES_HOME: w.home };
  const { code, stdout, stderr } = await run(["auto", "--detach", "--quiet", "--agent", "opencode", "--opt-in"], {
    env,
  });
  expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: "", stderr: "" });
  await appears(join(state, "next"));
  expect(existsSync(join(w.home, ".checkpoints.gc"))).toBe(false);
});

it("ends with 0 where that agent has nothing here, and with 2 for an unknown one", async () => {
  const w = world();
  expect(await run(["auto", "--detach", "--agent", "opencode"], { home: w })).toMatchObject({ code: 0, stderr: "" });
  expect((await run(["auto", "--detach", "--agent", "opncode"], { home: w })).code).toBe(2);
});
