/**
 * Whether its agent may be writing the sessions of a base. From version 2026.5 on it keeps its index in memory and takes no
 * lock: a change of ours is lost where an update of its own is under way, and the other way round. So an index is changed
 * only while no OpenClaw runs, whichever home that may be of, and no other process has a file of the folder open.
 */
import { openFiles } from "../../fs/open-files.ts";
import { type RunningProgram, runningPrograms } from "../../fs/processes.ts";

/** Why it may be, as a sentence that says what to stop; null: it is not. */
export async function whyRunning(base: string): Promise<string | null> {
  const programs = await runningPrograms();
  if (programs === null) return `which programs run is not known here, and OpenClaw may be one of them`;
  const found = programs.find(isOpenclaw);
  if (found !== undefined)
    return `OpenClaw is running (pid ${found.pid}) and would write over the change: stop it first (openclaw gateway stop)`;
  const open = [...openFiles()].find((path) => path.startsWith(`${base}/`));
  return open === undefined ? null : `${open} is open in another program: end that first`;
}

/** Programs that run what stands in a file: that file is the first argument that is not an option. */
const INTERPRETER = /^(?:node|nodejs|bun|deno|tsx|electron)(?:[.\d-]*)(?:\.exe)?$/i;

/** Its own name, or a former one, as a part of a path. */
const OWN = /^(?:openclaw|clawdbot|moltbot)(?:[-_.:].*)?$/i;

export function isOpenclaw({ command }: Pick<RunningProgram, "command">): boolean {
  const [program = "", ...args] = command;
  // It gives itself a title, in which its arguments may follow a space.
  if (OWN.test(nameOf(program.split(" ")[0] ?? ""))) return true;
  const script = INTERPRETER.test(nameOf(program)) ? args.find((arg) => !arg.startsWith("-")) : undefined;
  return script?.split(/[\\/]/).some((part) => OWN.test(part)) === true;
}

function nameOf(path: string): string {
  return path.split(/[\\/]/).at(-1) ?? path;
}
