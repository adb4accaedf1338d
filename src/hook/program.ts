/**
 * The program to start: `command` where the host sets it; else our command with the Node that the host runs on; else
 * with the `node` of the PATH, for hosts that are not Node themselves (Bun, Deno, a single executable). Behind `nice`
 * and `ionice` where they exist, so that a sweep stays unnoticed. Starts nothing to find out.
 */
import { node } from "../locations/builtins.ts";
import { type Environment, variableOf } from "../locations/paths.ts";

export interface Program {
  readonly argv: readonly string[];
  /** Variables that it needs beside the clean environment. */
  readonly env: Readonly<Record<string, string>>;
}

/** The properties of the host: `process` itself. */
export interface Runtime {
  readonly execPath: string;
  readonly versions: Readonly<Record<string, string | undefined>>;
}

/** Throws with a sentence where there is nothing to start. */
export function findProgram(command: readonly string[] | undefined, env: Environment, runtime: Runtime): Program {
  const own = command === undefined ? ownCommand(env, runtime) : { argv: resolveCommand(command, env), env: {} };
  return { argv: [...withLowPriority(env), ...own.argv], env: own.env };
}

function resolveCommand(command: unknown, env: Environment): readonly string[] {
  const [name = "", ...rest] = isStringArray(command) ? command : [];
  if (name === "") throw new Error("command is not a list of strings that begins with a program");
  // Looked up in the PATH; a relative path would be relative to the host's directory, and the sweep does not run there.
  const path = /[/\\]/.test(name) ? executableOrNull(node.path.resolve(name)) : findInPath(name, env);
  if (path === null) throw new Error(`there is no program ${name}`);
  return [path, ...rest];
}

function ownCommand(env: Environment, runtime: Runtime): Program {
  // A host that bundled the library has no command beside it, and must set `command`.
  const script = node.url.fileURLToPath(new URL("../bin/checkpoints.js", __DIST__));
  if (!isFile(script)) throw new Error(`there is no ${script}; name the command in the option "command"`);
  if ("electron" in runtime.versions) {
    return { argv: [runtime.execPath, script], env: { ELECTRON_RUN_AS_NODE: "1" } };
  }
  // A host that was upgraded while it runs has lost its own executable.
  const binary = (isNode(runtime) ? executableOrNull(runtime.execPath) : null) ?? findInPath("node", env);
  if (binary === null) throw new Error('there is no Node to run it with; name the command in the option "command"');
  return { argv: [binary, script], env: {} };
}

/** Bun and Deno claim to be Node, and are not; a single executable or a renamed copy would start the host again. */
function isNode({ execPath, versions }: Runtime): boolean {
  return !("bun" in versions) && !("deno" in versions) && /^node(?:js)?(?:\.exe)?$/i.test(node.path.basename(execPath));
}

function withLowPriority(env: Environment): readonly string[] {
  if (process.platform === "win32") return [];
  const nice = findInPath("nice", env);
  const ionice = findInPath("ionice", env);
  return [
    ...(nice === null ? [] : [nice, "-n", "19"]),
    // `-t`: continue where a container forbids it, instead of ending without a sweep. Older BusyBoxes do not support
    // it.
    ...(ionice === null ? [] : [ionice, "-c", "3", ...(isBusyBox(ionice) ? [] : ["-t"])]),
  ];
}

function isBusyBox(path: string): boolean {
  return node.path.basename(node.fs.realpathSync.native(path)).startsWith("busybox");
}

function findInPath(name: string, env: Environment): string | null {
  const file = process.platform === "win32" && !/\.exe$/i.test(name) ? `${name}.exe` : name;
  for (const directory of (variableOf(env, "PATH", process.platform) ?? "").split(node.path.delimiter)) {
    // A relative one would depend on the project that the agent was started in.
    const found = node.path.isAbsolute(directory) ? executableOrNull(node.path.join(directory, file)) : null;
    if (found !== null) return found;
  }
  return null;
}

function executableOrNull(path: string): string | null {
  try {
    node.fs.accessSync(path, node.fs.constants.X_OK);
    return isFile(path) ? path : null;
  } catch {
    // Whatever the errno: it cannot be started.
    return null;
  }
}

function isFile(path: string): boolean {
  try {
    return node.fs.statSync(path).isFile();
  } catch {
    // Likewise: what cannot be checked cannot be run.
    return false;
  }
}

function isStringArray(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((one) => typeof one === "string");
}
