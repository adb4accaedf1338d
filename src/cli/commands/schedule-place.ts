/** This process as schedule/ wants to know it: the machine, and what a timer here would run. */
import { homedir, hostname, tmpdir, userInfo } from "node:os";
import { fileURLToPath } from "node:url";
import { findBases } from "../../config/homes.ts";
import { errnoOf, GcError } from "../../errors.ts";
import { bytePath, lstatOrNull, realPath } from "../../fs/door.ts";
import { basesOf, contextOf, refuseForeignHome } from "../../runs/context.ts";
import { parseEvery } from "../../schedule/every.ts";
import { type Hands, handsOn } from "../../schedule/hands.ts";
import { stablePath } from "../../schedule/stable-path.ts";
import { argvOf, refuseUnwritable, spreadOf, type Target, type Task } from "../../schedule/task.ts";
import { type Kind, KINDS, type Place } from "../../schedule/timer.ts";
import type { Call } from "../call.ts";
import { namedPlaces, type Shared } from "../parse.ts";
import { oneOf } from "../suggestions.ts";

export function placeHere(): Place {
  const { env, platform } = process;
  const userHome = env["HOME"] === undefined || env["HOME"] === "" ? homedir() : env["HOME"];
  const uid = process.getuid?.() ?? 0;
  return { platform, env, userHome, userName: userNameHere(), uid, temporary: tmpdir() };
}

function userNameHere(): string {
  try {
    return userInfo().username;
  } catch (error) {
    // A uid without a name, as containers have them.
    if (errnoOf(error) === null) throw error;
    return process.env["USER"] ?? "";
  }
}

/** `systemctl --user` finds its bus by a variable that `su` and `sudo` do not set. */
export function handsHere({ env, uid }: Place): Hands {
  return handsOn({ ...env, XDG_RUNTIME_DIR: env["XDG_RUNTIME_DIR"] ?? `/run/user/${uid}` });
}

/** What a timer would run for the places that the call names. Throws `usage`. */
export function taskOf(call: Call, shared: Shared, place: Place): Task {
  const every = call.values["every"];
  const task: Task = {
    node: stablePath("node", process.execPath, place),
    script: stablePath("checkpoints", fileURLToPath(new URL("../bin/checkpoints.js", __DIST__)), place),
    targets: targetsOf(shared, place),
    sets: shared.sets,
    every: parseEvery(typeof every === "string" ? every : "24h"),
    spread: spreadOf(hostname(), place.userHome),
  };
  refuseUnwritable(argvOf(task));
  return task;
}

/** Named ones, absolute; else the home that would be used. Profiles are found anew at each run. */
function targetsOf({ homes, bases }: Shared, { env, platform, userHome }: Place): readonly Target[] {
  const input = { env, platform, osHome: userHome, cwd: process.cwd(), listProfiles: () => [] };
  const named = homes.length + bases.length > 0;
  const ofHomes = homes.length > 0 || !named ? findBases({ ...input, homes, bases: [] }) : [];
  const ofBases = bases.length > 0 ? findBases({ ...input, homes: [], bases }) : [];
  return [
    ...ofHomes.map(({ home }): Target => ({ flag: "--home", path: home })),
    ...ofBases.map(({ path }): Target => ({ flag: "--base", path })),
  ];
}

/** A timer for what is missing, or is another user's, would fail every day. Throws as a sweep would. */
export async function refuseMissing({ targets }: Task, shared: Shared): Promise<void> {
  const context = await contextOf({ ...namedPlaces(shared), mustExist: true, env: process.env });
  for (const { ref, exists } of basesOf(context)) if (exists) refuseForeignHome(ref, context);
  const missing = targets.find(({ flag, path }) => flag === "--home" && !isThere(path));
  if (missing === undefined) return;
  throw new GcError("home-missing", `the home ${missing.path} does not exist: expected a Hermes home`, {
    hint: "Name another one with --home, or install the timer once the agent has run.",
  });
}

function isThere(path: string): boolean {
  try {
    return realPath(path) !== "";
  } catch (error) {
    if (errnoOf(error) !== "ENOENT") throw error;
    return false;
  }
}

/** The user that owns the first place; null where it is not there. */
export function ownerOf({ targets }: Task): { readonly uid: number; readonly gid: number } | null {
  const [first] = targets;
  if (first === undefined || !isThere(first.path)) return null;
  const uid = lstatOrNull(bytePath(realPath(first.path)))?.uid;
  if (uid === undefined) return null;
  return { uid, gid: uid === process.getuid?.() ? (process.getgid?.() ?? uid) : uid };
}

export function kindOf(call: Call): Kind | null {
  const kind = call.values["kind"];
  return typeof kind === "string" ? oneOf("--kind", kind, KINDS) : null;
}
