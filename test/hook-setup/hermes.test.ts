// The hooks of Hermes, as it runs them: the handler in the process of a gateway, the command without a shell.

import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { plantNext, touchAfter, works } from "../hook/support.ts";
import { host, type Ended } from "../hosts/support.ts";
import { stateOf } from "../reclaim/runs.ts";
import { cleanEnv } from "../support/run.ts";
import { until } from "../support/until.ts";
import { type World, world } from "../support/world.ts";
import { rendered } from "./support.ts";

const HOUR = 3_600_000;
const GONE = [
  ["Node is gone", "a node"],
  ["the command is gone", "checkpoints.js"],
] as const;
const PYTHON = works("python3", "-c", "");
if (!PYTHON) process.stderr.write("python3 is not here: hooks of Hermes are not run\n");

/** As gateway/hooks.py does it: both files are read, the module is imported under a name of its own, and called in a loop. */
const GATEWAY = `
import asyncio, importlib.util, os, sys, time
path = sys.argv[1]
spec = importlib.util.spec_from_file_location("hermes_hook_checkpoint-gc", path)
module = importlib.util.module_from_spec(spec)
sys.modules[spec.name] = module
spec.loader.exec_module(module)
handle = getattr(module, "handle")

async def emit():
    begin = time.perf_counter()
    result = handle("gateway:startup", {"platforms": ["telegram"]})
    if asyncio.iscoroutine(result):
        await result
    return (time.perf_counter() - begin) * 1000

took = asyncio.run(emit())
print("result returned")
sys.stderr.write("%f\\n" % took)
if len(sys.argv) > 2:
    sys.stdout.flush()
    sys.stdin.readline()
    # Without waiting for any: what is a zombie now was left as one.
    children = open("/proc/self/task/%d/children" % os.getpid()).read().split()
    print("zombies", [c for c in children if open("/proc/%s/stat" % c).read().rsplit(") ", 1)[1][0] == "Z"])
`;

/** As agent/shell_hooks.py does it, and what it makes of it. */
const SHELL = `
import json, os, shlex, subprocess, sys, time
argv = shlex.split(os.path.expanduser(sys.argv[1]))
begin = time.perf_counter()
proc = subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, process_group=0) \\
    if sys.version_info >= (3, 11) else subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True)
payload = {"hook_event_name": "on_session_start", "tool_name": None, "tool_input": None, "session_id": "s" * 100000, "extra": {}}
out, err = proc.communicate(input=json.dumps(payload), timeout=60)
print(json.dumps({"code": proc.returncode, "stdout": out, "stderr": err}))
sys.stderr.write("%f\\n" % ((time.perf_counter() - begin) * 1000))
`;

/** Until the test is over. */
function hangs({ work }: World): string {
  return `while [ -e '${work}' ]; do sleep 0.1; done`;
}

function python(code: string, ...args: readonly string[]): Promise<Ended> {
  return host("python3", ["-c", code, ...args], cleanEnv());
}

describe.runIf(PYTHON)("the handler in a gateway", () => {
  it("starts the command with the home, and says nothing", async () => {
    const w = world();
    const { file, recorded } = rendered(w, "hermes", ":");
    const { code, stdout } = await python(GATEWAY, file("handler.py"));
    expect({ code, stdout }).toEqual({ code: 0, stdout: "result returned\n" });
    await until(w.work, () => recorded(), 1);
    expect(recorded()).toEqual([`auto --detach --quiet --home ${w.home}`]);
  });

  it("returns at once where the command hangs, and the gateway ends all the same", async () => {
    const w = world();
    const { file, recorded } = rendered(w, "hermes", hangs(w));
    const begin = performance.now();
    const { code, stdout, stderr } = await python(GATEWAY, file("handler.py"));
    expect({ code, stdout }).toEqual({ code: 0, stdout: "result returned\n" });
    console.log(
      `handle took ${Number(stderr).toFixed(2)} ms, the process ${(performance.now() - begin).toFixed(0)} ms`,
    );
    // It is still at work: what waits for it would not have come here.
    await until(w.work, () => recorded(), 1);
  });

  it("leaves no zombie behind", async () => {
    const w = world();
    const { file, recorded } = rendered(w, "hermes", ":");
    const script = `(while ! [ -s '${join(w.work, "recorded")}' ]; do :; done; sleep 0.2; echo go) | python3 -c "$1" "$2" wait`;
    const { stdout } = await host("sh", ["-c", script, "sh", GATEWAY, file("handler.py")], cleanEnv());
    expect(stdout).toBe("result returned\nzombies []\n");
    expect(recorded()).toHaveLength(1);
  });

  it.each(GONE)("says nothing where %s", async (_, name) => {
    const w = world();
    const { file, recorded } = rendered(w, "hermes", ":");
    rmSync(join(w.work, name));
    const { code, stdout, stderr } = await python(GATEWAY, file("handler.py"));
    expect({ code, stdout }).toEqual({ code: 0, stdout: "result returned\n" });
    expect(stderr).toMatch(/^[\d.]+\n$/);
    expect(recorded()).toEqual([]);
  });

  it("has a manifest with the event, which PyYAML or any reader of YAML reads", () => {
    const { site, argv } = rendered(world(), "hermes", ":");
    const [manifest] = site.places;
    expect(manifest?.kind === "file" ? manifest.text(argv) : "").toBe(
      "name: checkpoint-gc\ndescription: Starts an automatic sweep of checkpoints if one is due\nevents:\n  - gateway:startup\n",
    );
  });
});

describe.runIf(PYTHON)("the command of a shell hook", () => {
  const silent = { code: 0, stdout: "", stderr: "" };

  async function ran(command: string): Promise<unknown> {
    const { code, stdout, stderr } = await python(SHELL, command);
    expect(code, stderr).toBe(0);
    return JSON.parse(stdout);
  }

  it("prints nothing, ends with 0 before the command does, and starts it", async () => {
    const w = world();
    const { command, recorded } = rendered(w, "hermes", hangs(w));
    expect(await ran(command)).toEqual(silent);
    await until(w.work, () => recorded(), 1);
    expect(recorded()).toEqual([`auto --detach --quiet --home ${w.home}`]);
  });

  it("starts nothing while next is fresh, and again after config.yaml or our own file changed", async () => {
    const w = world();
    const { command, recorded } = rendered(w, "hermes", ":");
    plantNext(stateOf(w), HOUR);
    expect(await ran(command)).toEqual(silent);
    expect(recorded()).toEqual([]);
    w.settings({ auto_prune: true });
    touchAfter(join(w.home, "config.yaml"), [join(stateOf(w), "next")]);
    expect(await ran(command)).toEqual(silent);
    await until(w.work, () => recorded(), 1);
  });

  it.each(GONE)("says nothing where %s", async (_, name) => {
    const w = world();
    const { command, recorded } = rendered(w, "hermes", ":");
    rmSync(join(w.work, name));
    expect(await ran(command)).toEqual(silent);
    expect(recorded()).toEqual([]);
  });

  it("says nothing where Node cannot be started", async () => {
    const w = world();
    const { command } = rendered(w, "hermes", ":");
    writeFileSync(join(w.work, "a node"), "#!/nowhere/sh\n");
    expect(await ran(command)).toEqual(silent);
  });
});
