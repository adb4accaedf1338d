// Runs of the built command in processes that stay: to start Node and to compile the command is most of what a run costs.
// Its output comes through the same pipes as that of a process of its own, and a run that ends its process ends with that.

import { type ChildProcess, fork } from "node:child_process";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";

export interface SharedRun {
  /** The script of the command: by it runs know each other. */
  readonly script: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** As this user; absent: as this process. */
  readonly uid?: number | undefined;
  /** ms until the process is killed, and the run rejected. */
  readonly limit: number;
}

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface Server {
  readonly child: ChildProcess;
  readonly stdout: Readable;
  readonly stderr: Readable;
  readonly ready: Promise<void>;
}

const SERVER = fileURLToPath(new URL("command-server.mjs", import.meta.url));

/** Those that run nothing, by user. Runs at the same time have a process each. */
const idle = new Map<number | undefined, Server[]>();
let runs = 0;

export async function runShared(run: SharedRun): Promise<Ended> {
  const resting = idle.get(run.uid) ?? [];
  idle.set(run.uid, resting);
  const server = resting.pop() ?? started(run);
  hold(server);
  await server.ready;
  const ended = await oneRun(server, run);
  if (server.child.connected) {
    release(server);
    resting.push(server);
  }
  return ended;
}

function started({ script, env, uid }: SharedRun): Server {
  const child = fork(SERVER, [script], {
    cwd: "/",
    env: { ...env },
    execArgv: [],
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    serialization: "advanced",
    ...(uid === undefined ? {} : { uid }),
  });
  const { stdout, stderr } = child;
  if (stdout === null || stderr === null) throw new Error("its output must be a pipe");
  const ready = new Promise<void>((resolve, reject) => {
    child.once("message", () => resolve());
    child.once("error", reject);
    child.once("exit", (code, signal) => reject(new Error(`${SERVER} ended with ${code ?? signal}`)));
  });
  return { child, stdout, stderr, ready };
}

/** A process that waits for runs must not keep the one that started it alive. */
function release({ child }: Server): void {
  child.unref();
  child.channel?.unref();
}

function hold({ child }: Server): void {
  child.ref();
  child.channel?.ref();
}

/** Its output is whole when the mark has come through both pipes, since nothing orders them and the channel. */
async function oneRun({ child, stdout, stderr }: Server, { args, cwd, env, limit }: SharedRun): Promise<Ended> {
  const mark = Buffer.from(`\0end of run ${(runs += 1)}\0`);
  return new Promise((resolve, reject) => {
    const [out, err] = [collector(stdout, settle), collector(stderr, settle)];
    let code: number | null = null;
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      child.kill("SIGKILL");
    }, limit);
    const onMessage = (message: { readonly code: number }): void => {
      ({ code } = message);
      settle();
    };
    const onClose = (status: number | null, signal: NodeJS.Signals | null): void => {
      finish();
      const printed = { stdout: out.bytes().toString("utf8"), stderr: err.bytes().toString("utf8") };
      if (late) reject(tookTooLong(args, limit, printed));
      else resolve({ code: status, signal, ...printed });
    };
    child.on("message", onMessage);
    child.on("close", onClose);
    child.send({ args, cwd, env, mark: mark.toString() });

    function settle(): void {
      if (code === null || !out.endsWith(mark) || !err.endsWith(mark)) return;
      finish();
      const [stdoutText, stderrText] = [out, err].map((one) => one.bytes().subarray(0, -mark.length).toString("utf8"));
      resolve({ code, signal: null, stdout: stdoutText ?? "", stderr: stderrText ?? "" });
    }

    function finish(): void {
      clearTimeout(timer);
      for (const one of [out, err]) one.stop();
      child.off("message", onMessage);
      child.off("close", onClose);
    }
  });
}

/** The error for a run that was killed at its limit (ms), with what it had printed. */
export function tookTooLong(
  args: readonly string[],
  limit: number,
  { stdout, stderr }: Pick<Ended, "stdout" | "stderr">,
): Error {
  return new Error(`checkpoints ${args.join(" ")} took over ${limit} ms\n${stdout}\n${stderr}`);
}

interface Collector {
  readonly bytes: () => Buffer;
  readonly endsWith: (mark: Buffer) => boolean;
  readonly stop: () => void;
}

function collector(stream: Readable, onChunk: () => void): Collector {
  const chunks: Buffer[] = [];
  const take = (chunk: Buffer): void => {
    chunks.push(chunk);
    onChunk();
  };
  stream.on("data", take);
  // The last chunk may be a part of the mark.
  const bytes = (): Buffer => {
    const whole = Buffer.concat(chunks);
    chunks.splice(0, chunks.length, whole);
    return whole;
  };
  return {
    bytes,
    endsWith: (mark) => bytes().subarray(-mark.length).equals(mark),
    stop: () => void stream.off("data", take),
  };
}
