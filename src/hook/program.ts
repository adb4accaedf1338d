/**
 * What to start: `command` where the host says so; else our command with the Node that the host runs on; else with the
 * `node` of the PATH, for hosts that are no Node themselves (Bun, Deno, a single executable). Behind `nice` and `ionice`
 * where they are, since a sweep must not be felt. Nothing is started to find out.
 */
import { node } from "./builtins.ts";
import { type Environment, valueOf } from "./environment.ts";

export interface Program {
  readonly argv: readonly string[];
  /** Variables that it needs beside the clean environment. */
  readonly env: Readonly<Record<string, string>>;
}

/** What the host runs on: `process` itself. */
export interface Runtime {
  readonly execPath: string;
  readonly versions: Readonly<Record<string, string | undefined>>;
}

/** Throws with a sentence where there is nothing to start. */
export function programOf(command: readonly string[] | undefined, env: Environment, runtime: Runtime): Program {
  const own = command === undefined ? ownCommand(env, runtime) : { argv: given(command, env), env: {} };
  return { argv: [...politely(env), ...own.argv], env: own.env };
}

function given(command: unknown, env: Environment): readonly string[] {
  const [name = "", ...rest] = isTexts(command) ? command : [];
  if (name === "") throw new Error("command is no list of texts that begins with a program");
  // By name on the PATH; a relative path means the host's directory, and the sweep will not run there.
  const path = /[/\\]/.test(name) ? executable(node.path.resolve(name)) : onPath(name, env);
  if (path === null) throw new Error(`there is no program ${name}`);
  return [path, ...rest];
}

function ownCommand(env: Environment, runtime: Runtime): Program {
  // A host that bundled us into its own file has no command beside it, and must say how to start one.
  const script = node.url.fileURLToPath(new URL("../bin/checkpoints.js", __DIST__));
  if (!isFile(script)) throw new Error(`there is no ${script}; name the command in the option "command"`);
  if ("electron" in runtime.versions) {
    return { argv: [runtime.execPath, script], env: { ELECTRON_RUN_AS_NODE: "1" } };
  }
  // A host that was upgraded while it runs has lost its own executable.
  const binary = (isNode(runtime) ? executable(runtime.execPath) : null) ?? onPath("node", env);
  if (binary === null) throw new Error('there is no Node to run it with; name the command in the option "command"');
  return { argv: [binary, script], env: {} };
}

/** Bun and Deno say that they are Node, and are not; a single executable or a renamed copy would run the host again. */
function isNode({ execPath, versions }: Runtime): boolean {
  return !("bun" in versions) && !("deno" in versions) && /^node(?:js)?(?:\.exe)?$/i.test(node.path.basename(execPath));
}

function politely(env: Environment): readonly string[] {
  if (process.platform === "win32") return [];
  const nice = onPath("nice", env);
  const ionice = onPath("ionice", env);
  return [
    ...(nice === null ? [] : [nice, "-n", "19"]),
    // `-t`: go on where a container forbids it, instead of ending without a sweep. Older BusyBoxes do not know it.
    ...(ionice === null ? [] : [ionice, "-c", "3", ...(isBusyBox(ionice) ? [] : ["-t"])]),
  ];
}

function isBusyBox(path: string): boolean {
  return node.path.basename(node.fs.realpathSync.native(path)).startsWith("busybox");
}

function onPath(name: string, env: Environment): string | null {
  const file = process.platform === "win32" && !/\.exe$/i.test(name) ? `${name}.exe` : name;
  for (const directory of (valueOf(env, "PATH") ?? "").split(node.path.delimiter)) {
    // A relative one would be whatever project the agent was started in.
    const found = node.path.isAbsolute(directory) ? executable(node.path.join(directory, file)) : null;
    if (found !== null) return found;
  }
  return null;
}

function executable(path: string): string | null {
  try {
    node.fs.accessSync(path, node.fs.constants.X_OK);
    return isFile(path) ? path : null;
  } catch {
    // Whatever the errno: it is not a program that could be started.
    return null;
  }
}

function isFile(path: string): boolean {
  try {
    return node.fs.statSync(path).isFile();
  } catch {
    // Likewise: what cannot be looked at cannot be run.
    return false;
  }
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((one) => typeof one === "string");
}
