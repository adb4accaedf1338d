// A small program that behaves as an agent's command line does at start: takes its arguments, says hello, starts the
// hook, goes on with its own work and ends with its own exit code.
//
//     node agent.mjs <hook.js | none> [milliseconds]      `milliseconds`: prints on stderr how long start-up took

const [hook = "none", measure] = process.argv.slice(2);
const begin = performance.now();
process.stdout.write("agent 1.0: héllo\n");
if (hook !== "none") {
  const { startupSweep } = await import(hook);
  const { notice } = startupSweep({ enabled: process.env.AGENT_CONSENTS === "1" ? true : undefined });
  if (notice !== null) process.stderr.write(`${notice}\n`);
}
const took = performance.now() - begin;
if (measure === "milliseconds") process.stderr.write(`${took}\n`);
process.stdout.write("answer: 42\n");
process.exitCode = 7;
