// What `hook print` prints, run by what it is for.

import { readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { plantNext, touchAfter, works } from "../hook/support.ts";
import { stateOf } from "../reclaim/runs.ts";
import { PROJECT } from "../support/paths.ts";
import { run } from "../support/run.ts";
import { until } from "../support/until.ts";
import { host, linked, commandWithoutNode, recorder, scene, words, type Ended } from "./support.ts";

const HOUR = 3_600_000;
const LANGUAGES = ["sh", "fish", "powershell", "python", "node"];

async function printed(language: string): Promise<string> {
  const { code, stdout, stderr } = await run(["hook", "print", "--for", language]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return stdout;
}

describe("hook print", () => {
  it.each(LANGUAGES)("prints for %s what the topic shows, without its marks", async (language) => {
    const text = await printed(language);
    const topic = readFileSync(join(PROJECT, "src/help/agents.md"), "utf8");
    expect(topic).toContain(`<!-- snippet:${language} -->\n\`\`\``);
    expect(topic).toContain(`\n${text}\`\`\`\n<!-- /snippet -->`);
    expect(text).not.toMatch(/```|<!--/);
    expect((await run(["hook", "print", "--for", language, "--json"])).json()).toMatchObject({
      command: "hook print",
      status: "done",
      files: [{ path: null, text }],
    });
  });

  it("prints the lines for sh where no language is named, and refuses an unknown one", async () => {
    expect((await run(["hook", "print"])).stdout).toBe(await printed("sh"));
    expect((await run(["hook", "print", "--for", "pyhton"])).code).toBe(2);
  });

  it("for PowerShell: looks for the command and at the time of next, and runs nothing else", async () => {
    const text = await printed("powershell");
    expect(text).toMatch(/Get-Command checkpoints -ErrorAction SilentlyContinue\)\) \{ checkpoints auto --detach \}$/m);
    expect(text).toContain("/.checkpoints.gc/next");
    expect(text.match(/checkpoints auto/g)).toHaveLength(1);
  });
});

const SHELLS = ["dash", "bash", "busybox sh", "zsh"].map((shell) => ({ shell, language: "sh" }));
const THERE = [...SHELLS, { shell: "fish", language: "fish" }].filter(({ shell }) =>
  works(...words(shell), "-c", "true"),
);
if (!THERE.some(({ shell }) => shell === "fish")) process.stderr.write("fish is not here: its lines are not run\n");

describe.each(THERE)("the lines in $shell", ({ shell, language }) => {
  const [command, ...before] = words(shell);
  const flags = language === "fish" ? "-c" : "-euc";
  const through = async (env: Record<string, string>): Promise<Ended> =>
    host(command, [...before, flags, `${await printed(language)}\necho agent`], env);
  const silent: Ended = { code: 0, stdout: "agent\n", stderr: "" };

  it("start the command where no run has looked, and not where one has", async () => {
    const { w, env, recorded } = recorder();
    expect(await through(env)).toEqual(silent);
    expect(recorded()).toEqual(["auto --detach"]);
    plantNext(stateOf(w), HOUR);
    expect(await through(env)).toEqual(silent);
    expect(recorded()).toEqual(["auto --detach"]);
  });

  it("start the command once after config.yaml has changed, and not for a day", async () => {
    const { w, env } = scene();
    expect((await run(["auto"], { home: w })).code).toBe(0);
    const next = join(stateOf(w), "next");
    const config = join(w.home, "config.yaml");
    touchAfter(config, [next]);
    const changed = statSync(config).ctimeMs;
    const { env: noted, recorded } = recorder();
    const same = { ...noted, HERMES_HOME: w.home };
    await through(same);
    expect(recorded()).toHaveLength(1);
    await through(env);
    await until(stateOf(w), () => (statSync(next).ctimeMs > changed ? [1] : []), 1);
    await through(same);
    expect(recorded()).toHaveLength(1);
  });

  it("are silent and end with 0 where checkpoints is gone, and where Node is", async () => {
    const { w, env } = recorder();
    const tools = [command, "find", "ls", "env"];
    expect(await through({ ...env, PATH: linked(w, "without", tools) })).toEqual(silent);
    const nodeless = linked(w, "nodeless", tools);
    commandWithoutNode(nodeless);
    expect(await through({ ...env, PATH: nodeless })).toEqual(silent);
  });

  it("end with 0 where the command fails", async () => {
    const { w, env, recorded } = recorder("exit 7");
    rmSync(w.base, { recursive: true, force: true });
    expect(await through(env)).toEqual(silent);
    expect(recorded()).toHaveLength(1);
  });
});

describe.runIf(works("python3", "-c", ""))("the lines in Python", () => {
  it("start the command where it is due, and are silent where it is gone", async () => {
    const { w, env, recorded } = recorder();
    const code = `${await printed("python")}\nstartup_sweep()\nprint("agent")`;
    const silent: Ended = { code: 0, stdout: "agent\n", stderr: "" };
    expect(await host("python3", ["-c", code], env)).toEqual(silent);
    await until(w.work, () => recorded(), 1);
    expect(recorded()).toEqual([`auto --detach --quiet --home ${w.home}`]);
    expect(await host("python3", ["-c", code], { ...env, PATH: process.env["PATH"] ?? "" })).toEqual(silent);
  });
});
