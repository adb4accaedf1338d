// Runs the built command again and again in one process, which starts Node and compiles the command once.
// run-shared.ts says what to run; it ends with the process that started it.

import { Readable } from "node:stream";
import { setTimeout as wait } from "node:timers/promises";

const { main } = await import("../../dist/cli.js");

/** The script of the command. */
const [, , script] = process.argv;
const EVENTS = [
  "exit",
  "SIGHUP",
  "SIGINT",
  "SIGTERM",
  "SIGWINCH",
  "uncaughtException",
  "unhandledRejection",
  "warning",
];

const mask = process.umask();
process.on("disconnect", () => process.exit());
process.on("message", (run) => void answer(run));
process.send({ isReady: true });

/** What `bin/checkpoints.js` does, with what a process of its own has: words, directory, environment, and no input. */
async function answer({ args, cwd, env, mark }) {
  process.chdir(cwd);
  process.umask(mask);
  for (const name of Object.keys(process.env)) delete process.env[name];
  Object.assign(process.env, env);
  process.argv.splice(1, Infinity, script, ...args);
  process.exitCode = undefined;
  const stdin = Readable.from([]);
  Object.defineProperty(process, "stdin", { configurable: true, get: () => stdin });
  const before = EVENTS.map((name) => process.listeners(name));
  await main();
  // A process of its own would go on as long as anything is left to do.
  while (isBusy()) await wait(1);
  const code = process.exitCode ?? 0;
  for (const [at, name] of EVENTS.entries()) {
    for (const listener of process.listeners(name).filter((one) => !before[at].includes(one))) {
      process.off(name, listener);
      if (name === "exit") listener(code);
    }
  }
  for (const stream of [process.stdout, process.stderr]) {
    stream.removeAllListeners("error");
    stream.write(mark);
  }
  // What a test unmounts or removes must have no process in it.
  process.chdir("/");
  process.send({ code: process.exitCode ?? 0 });
}

/** The channel and the output are pipes; whatever else makes use of one (a process, a socket) is listed beside it. */
function isBusy() {
  return process.getActiveResourcesInfo().some((name) => name !== "PipeWrap");
}
