// A FUSE mount whose server never answers: the device is opened and never read. Whatever asks it waits for ever, so each
// command is ended by force after a while, and says so by a code of null.

import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { has, noMounts } from "./mounts.ts";
import { cleanEnv, COMMAND } from "./run.ts";
import type { World } from "./world.ts";

/** Longer than the deadline of a mount and what else a loaded machine needs. */
const LIMIT_S = 200;

const PROGRAM = `
import ctypes, json, os, signal, subprocess, sys
asked = json.load(sys.stdin)
libc = ctypes.CDLL(None, use_errno=True)
fd = os.open("/dev/fuse", os.O_RDWR)
data = f"fd={fd},rootmode=40000,user_id=0,group_id=0"
if libc.mount(b"dead", os.fsencode(asked["point"]), b"fuse", 0, data.encode()): sys.exit(os.strerror(ctypes.get_errno()))
ended = []
for args in asked["commands"]:
    child = subprocess.Popen([*asked["command"], *args], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        cwd="/", env=asked["env"], start_new_session=True, text=True)
    try:
        out, err = child.communicate(timeout=asked["limit"])
        ended.append({"code": child.returncode, "stdout": out, "stderr": err})
    except subprocess.TimeoutExpired:
        os.killpg(child.pid, signal.SIGKILL)
        ended.append({"code": None, "stdout": "", "stderr": ""})
libc.umount2(os.fsencode(asked["point"]), 2)
print(json.dumps(ended))
`;

export interface Ended {
  /** Null: it had to be killed. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Why there can be no such mount here, as one line to print; null where there can. */
export function noDeadMounts(): string | null {
  if (noMounts() !== null || !has("python3"))
    return "SKIPPED: a mount that never answers needs root, unshare(1) and python3";
  const tried = spawnSync("python3", ["-c", 'import os; os.open("/dev/fuse", os.O_RDWR)']);
  return tried.status === 0 ? null : "SKIPPED: a mount that never answers needs /dev/fuse";
}

/** Runs commands, one after another, while nothing answers at or below `point`. `program`: what is run with each. */
export function whileDead(
  w: World,
  point: string,
  commands: readonly (readonly string[])[],
  program: readonly string[] = [process.execPath, COMMAND],
): readonly Ended[] {
  mkdirSync(point, { recursive: true });
  const input = JSON.stringify({
    point,
    commands,
    command: program,
    env: cleanEnv({ home: w }),
    limit: LIMIT_S,
  });
  const { status, stdout, stderr } = spawnSync(
    "unshare",
    ["-m", "--propagation", "private", "python3", "-c", PROGRAM],
    { input, encoding: "utf8", maxBuffer: 64 << 20 },
  );
  if (status !== 0) throw new Error(`${status}: ${stderr}`);
  return JSON.parse(stdout) as Ended[];
}
