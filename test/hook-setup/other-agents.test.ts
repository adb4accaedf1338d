// Hooks of other agents than the first, run as these do: modules that are imported and called, commands in bash.

import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import { plantNext } from "../hook/support.ts";
import { host } from "../hosts/support.ts";
import { cleanEnv } from "../support/run.ts";
import { until } from "../support/until.ts";
import { type World, world } from "../support/world.ts";
import { rendered, type Rendered } from "./support.ts";

const MODULES = [
  { agent: "openclaw", name: "handler.js", call: "(await import(process.argv[1])).default({ type: 'gateway' })" },
  { agent: "opencode", name: "checkpoint-gc.js", call: "await (await import(process.argv[1])).CheckpointGc({})" },
];
const COMMANDS = ["claude", "gemini"].map((agent) => ({ agent }));
const hangs = ({ work }: World): string => `while [ -e '${work}' ]; do sleep 0.1; done`;

async function started({ recorded, site }: Rendered, w: World): Promise<void> {
  await until(w.work, () => recorded(), 1);
  expect(recorded()).toEqual([["auto", "--detach", "--quiet", ...site.words].join(" ")]);
}

describe.each(MODULES)("the module in $agent", ({ agent, name, call }) => {
  const through = (path: string): ReturnType<typeof host> =>
    host(
      process.execPath,
      ["--input-type=module", "-e", `${call}; console.log("on");`, pathToFileURL(path).href],
      cleanEnv(),
    );

  it("starts the command for that agent, and does not wait for it", async () => {
    const w = world();
    const made = rendered(w, agent, hangs(w));
    const { code, stdout } = await through(made.file(name));
    expect({ code, stdout }).toEqual({ code: 0, stdout: "on\n" });
    await started(made, w);
  });

  it.each(["a node", "checkpoints.js"])("is silent where %s is gone", async (gone) => {
    const w = world();
    const made = rendered(w, agent, ":");
    rmSync(join(w.work, gone));
    const { code, stdout, stderr } = await through(made.file(name));
    expect({ code, stdout }).toEqual({ code: 0, stdout: "on\n" });
    expect(stderr.replaceAll(/^.*(?:MODULE_TYPELESS|Reparsing|To eliminate|--trace-warnings).*\n/gm, "")).toBe("");
    expect(made.recorded()).toEqual([]);
  });
});

describe.each(COMMANDS)("the command in $agent", ({ agent }) => {
  const through = (command: string): { code: number | null; out: string } => {
    const input = JSON.stringify({ hook_event_name: "SessionStart", source: "startup", pad: "x".repeat(100_000) });
    const { status, stdout, stderr } = spawnSync("bash", ["-c", command], { input, encoding: "utf8", env: cleanEnv() });
    return { code: status, out: stdout + stderr };
  };

  it("prints nothing, starts the command for that agent, and does not wait for it", async () => {
    const w = world();
    const made = rendered(w, agent, hangs(w));
    expect(through(made.command)).toEqual({ code: 0, out: "" });
    await started(made, w);
  });

  it.each(["a node", "checkpoints.js"])("is silent where %s is gone", (gone) => {
    const w = world();
    const { command, recorded } = rendered(w, agent, ":");
    rmSync(join(w.work, gone));
    expect(through(command)).toEqual({ code: 0, out: "" });
    expect(recorded()).toEqual([]);
  });
});

it("the command in an agent with a base starts nothing while the next of that base is fresh", () => {
  const w = world();
  const { command, site, recorded } = rendered(w, "gemini", ":");
  plantNext(join(site.gate?.next ?? "", ".."), 3_600_000);
  expect(spawnSync("sh", ["-c", command], { env: cleanEnv() }).status).toBe(0);
  expect(recorded()).toEqual([]);
});
