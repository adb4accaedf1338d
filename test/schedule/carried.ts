// Installing and removing with a recorder.

import { expect } from "vitest";
import { carryOut } from "../../src/schedule/carry-out.ts";
import { chooseTimer, findTimers, type FoundTimer } from "../../src/schedule/choose.ts";
import { argvOf } from "../../src/schedule/task.ts";
import type { TimerKind } from "../../src/model/timer-kinds.ts";
import type { TimerHost } from "../../src/schedule/timer.ts";
import { timersOf } from "../../src/schedule/timers/index.ts";
import { TASK } from "./build.ts";
import { type Answer, place, type Recorder } from "./recorder.ts";

export const ARGV: readonly string[] = argvOf(TASK);
export const UNITS = "/home/ann/.config/systemd/user";
export const PLIST = "/Users/ann/Library/LaunchAgents/checkpoint-gc.auto.plist";
export const MAC: TimerHost = place({ platform: "darwin", userHome: "/Users/ann", uid: 501 });
export const WINDOWS: TimerHost = place({
  platform: "win32",
  userHome: "C:\\Users\\Ann",
  temporary: "C:\\Users\\Ann\\Temp",
  uid: 0,
});
export const GOING: globalThis.AbortSignal = new AbortController().signal;

export async function install(kind: TimerKind, where: TimerHost, system: Recorder): Promise<readonly string[]> {
  const timer = await chooseTimer(timersOf(where), kind, system);
  const steps = await timer.install(timer.render(ARGV, TASK.every, TASK.spread), system);
  const results = await carryOut(steps, system, GOING);
  expect(results.filter(({ outcome }) => outcome !== "done")).toEqual([]);
  return system.did.splice(0);
}

export async function remove(where: TimerHost, system: Recorder): Promise<readonly string[]> {
  for (const { timer } of await findTimers(timersOf(where), TASK.spread, system)) {
    const results = await carryOut(await timer.remove(system), system, GOING);
    expect(results.filter(({ outcome }) => outcome !== "done")).toEqual([]);
  }
  return system.did.splice(0);
}

export async function found(where: TimerHost, system: Recorder): Promise<readonly FoundTimer[]> {
  return findTimers(timersOf(where), TASK.spread, system);
}

export const NO_CRON: Record<string, Answer | undefined> = { crontab: undefined };
