// A uid without a line in passwd, as every OpenShift pod has one, and no HOME either: os.userInfo() and os.homedir() throw.

import { readdirSync } from "node:fs";
import { expect, it } from "vitest";
import { give, isRoot, letPass, loudly, OTHER_UID } from "../fs/support.ts";
import { run, type RunOptions } from "../support/run.ts";
import { world, type World } from "../support/world.ts";

/** Makes both calls throw as libuv does. */
const WITHOUT_PASSWD = `data:text/javascript,${encodeURIComponent(`
import os from "node:os";
import { syncBuiltinESMExports } from "node:module";
const fail = () => { throw Object.assign(new Error("A system error occurred: uv_os_get_passwd returned ENOENT"), { code: "ERR_SYSTEM_ERROR", errno: -2 }); };
os.userInfo = fail;
os.homedir = fail;
syncBuiltinESMExports();
`)}`;

function withoutPasswd(w: World): RunOptions {
  return { home: w, node: ["--import", WITHOUT_PASSWD], env: { HOME: undefined, USER: undefined } };
}

it.each([
  ["schedule print", ["schedule", "print", "--kind", "cron"]],
  ["schedule print for Kubernetes", ["schedule", "print", "--kind", "kubernetes"]],
  ["schedule status", ["schedule", "status"]],
  ["status", ["status"]],
  ["auto", ["auto", "--opt-in", "--json"]],
  ["prune", ["prune", "--yes"]],
  ["config", ["config"]],
  ["completion", ["completion", "bash"]],
])("runs %s for a uid without a passwd entry", async (_, args) => {
  const w = world();
  w.repo("old", { ageDays: 30 });
  const { code, stdout, stderr } = await run(args, withoutPasswd(w));
  expect(stdout + stderr).not.toMatch(/this is a bug|uv_os|at .*\.js:\d+/);
  expect([0, 1]).toContain(code);
});

it("looks for no home of a user without one, and says where it looked", async () => {
  const w = world();
  const { code, stderr, stdout } = await run(["status"], {
    ...withoutPasswd(w),
    env: { HOME: undefined, HERMES_HOME: undefined },
  });
  expect(stdout + stderr).toContain("/.hermes");
  expect(code).toBe(0);
});

it("prints a timer and prunes as a uid without a passwd entry", async (test) => {
  if (!isRoot()) return loudly(test, "needs root to run as a uid without a passwd entry");
  const w = world();
  w.repo("old", { ageDays: 30 });
  letPass(w.root);
  give(w.root);
  const options: RunOptions = { home: w, uid: OTHER_UID };
  expect((await run(["schedule", "print", "--kind", "cron"], options)).code).toBe(0);
  const done = await run(["prune", "--yes"], options);
  expect(done.code, done.stderr).toBe(0);
  expect(readdirSync(w.base)).toEqual([]);
});
