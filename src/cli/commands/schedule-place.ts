/** The machine and the command line of a timer, as schedule/ needs them, from this process. */
import { hostname, tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import { GcError } from "../../errors.ts";
import { accountHome, accountName, homeDirectory } from "../../fs/account.ts";
import { bytePath, lstatOrNull } from "../../fs/syscalls.ts";
import { agentOfNamed, agentScope } from "../../runs/agents.ts";
import { basesOf, contextOf, refuseForeignHome } from "../../runs/context.ts";
import { parseEvery } from "../../schedule/every.ts";
import { foreignHere, type System, createSystem } from "../../schedule/system.ts";
import { programPath } from "../../schedule/program-path.ts";
import { stablePath } from "../../schedule/stable-path.ts";
import { argvOf, refuseUnwritable, jitterSeed, type Target, type Task } from "../../schedule/task.ts";
import { TIMER_KINDS, type TimerKind } from "../../model/timer-kinds.ts";
import type { TimerHost } from "../../schedule/timer.ts";
import type { Invocation } from "../invocation.ts";
import { namedPlaces, type Shared } from "../parse.ts";
import { oneOf } from "../suggestions.ts";
import { placeVariables } from "./schedule-variables.ts";

export function placeHere(): TimerHost {
  const { env, platform } = process;
  const userHome = env["HOME"] === undefined || env["HOME"] === "" ? homeDirectory() : env["HOME"];
  const uid = process.getuid?.() ?? 0;
  return { platform, env, userHome, userName: accountName(), uid, temporary: tmpdir() };
}

/** `systemctl --user` finds its bus by a variable that `su` and `sudo` do not set. */
export function systemHere({ env, uid }: TimerHost): System {
  return createSystem({ ...env, XDG_RUNTIME_DIR: env["XDG_RUNTIME_DIR"] ?? `/run/user/${uid}` });
}

/** What a timer would run for the places named on the command line. Throws `usage`. */
export async function taskOf(call: Invocation, shared: Shared, place: TimerHost, system: System): Promise<Task> {
  const every = call.values["every"];
  const script = fileURLToPath(new URL("../bin/checkpoints.js", __DIST__));
  const paths = foreignHere();
  const task: Task = {
    node: await stablePath("node", process.execPath, place, paths),
    script: await stablePath("checkpoints", script, place, paths),
    path: await programPath(place, system),
    places: placeVariables(place, accountHome(), process.cwd()),
    agents: shared.agents,
    targets: targetsOf(shared, place),
    sets: shared.sets,
    every: parseEvery(typeof every === "string" ? every : "24h"),
    spread: jitterSeed(hostname(), place.userHome),
  };
  refuseUnwritable(argvOf(task));
  return task;
}

/** The named places, absolute; else the default home. Profiles are looked up at each run. */
function targetsOf({ agents, homes, bases }: Shared, { env, platform, userHome }: TimerHost): readonly Target[] {
  const agent = agentOfNamed(agentScope({}), agents);
  const input = { env, platform, osHome: userHome, cwd: process.cwd(), listDirectories: () => [] };
  const named = homes.length + bases.length > 0;
  const ofHomes = homes.length > 0 || !named ? agent.findBases({ ...input, homes, bases: [] }) : [];
  const ofBases = bases.length > 0 ? agent.findBases({ ...input, homes: [], bases }) : [];
  return [
    ...ofHomes.map(({ home }): Target => ({ flag: "--home", path: home })),
    ...ofBases.map(({ path }): Target => ({ flag: "--base", path })),
  ];
}

/** A timer for a missing home, or for another user's, would fail every day. Throws what a sweep would throw. */
export async function refuseMissing({ targets }: Task, shared: Shared): Promise<void> {
  const context = await contextOf({ ...namedPlaces(shared), mustExist: true, env: process.env });
  for (const { ref, exists } of await basesOf(context)) if (exists) refuseForeignHome(ref, context);
  const homes = targets.filter(({ flag }) => flag === "--home");
  const found = await context.paths.resolve(homes.map(({ path }) => path));
  const missing = homes.find(({ path }) => found.get(path)?.end.kind === "missing");
  if (missing === undefined) return;
  const { title } = agentOfNamed(context, shared.agents);
  throw new GcError("home-missing", `the home ${missing.path} does not exist: expected a home of ${title}`, {
    hint: "Name another one with --home, or install the timer once the agent has run.",
  });
}

/** The user that owns the first place; null where it does not exist. */
export async function ownerOf({ targets }: Task): Promise<{ readonly uid: number; readonly gid: number } | null> {
  const [first] = targets;
  if (first === undefined) return null;
  const found = await foreignHere().resolve([first.path]);
  const place = found.get(first.path);
  const uid = place?.end.kind === "directory" ? lstatOrNull(bytePath(place.at))?.uid : undefined;
  if (uid === undefined) return null;
  return { uid, gid: uid === process.getuid?.() ? (process.getgid?.() ?? uid) : uid };
}

/** `offered`: what an error names; a kind that is only printed is refused elsewhere, with the way to print it. */
export function kindOf(call: Invocation, offered: readonly TimerKind[] = TIMER_KINDS): TimerKind | null {
  const kind = call.values["kind"];
  if (typeof kind !== "string") return null;
  return TIMER_KINDS.find((one) => one === kind) ?? oneOf("--kind", kind, offered);
}
