// Installing and removing with a recorder.

import { expect } from "vitest";
import { carryOut } from "../../src/schedule/carry-out.ts";
import { chooseTimer, findTimers, type FoundTimer } from "../../src/schedule/choose.ts";
import { argvOf } from "../../src/schedule/task.ts";
import type { Kind, Place } from "../../src/schedule/timer.ts";
import { timersOf } from "../../src/schedule/timers/index.ts";
import { TASK } from "./build.ts";
import { type Answer, place, type Recorder } from "./recorder.ts";

export const ARGV: readonly string[] = argvOf(TASK);
export const UNITS = "/home/ann/.config/systemd/user";
export const PLIST = "/Users/ann/Library/LaunchAgents/checkpoint-gc.auto.plist";
export const MAC: Place = place({ platform: "darwin", userHome: "/Users/ann", uid: 501 });
export const WINDOWS: Place = place({
  platform: "win32",
  userHome: "C:\\Users\\Ann",
  temporary: "C:\\Users\\Ann\\Temp",
  uid: 0,
});
export const GOING: globalThis.AbortSignal = new AbortController().signal;

export async function install(kind: Kind, where: Place, hands: Recorder): Promise<readonly string[]> {
  const timer = await chooseTimer(timersOf(where), kind, hands);
  const steps = await timer.install(timer.render(ARGV, TASK.every, TASK.spread), hands);
  const results = await carryOut(steps, hands, GOING);
  expect(results.filter(({ outcome }) => outcome !== "done")).toEqual([]);
  return hands.did.splice(0);
}

export async function remove(where: Place, hands: Recorder): Promise<readonly string[]> {
  for (const { timer } of await findTimers(timersOf(where), TASK.spread, hands)) {
    const results = await carryOut(await timer.remove(hands), hands, GOING);
    expect(results.filter(({ outcome }) => outcome !== "done")).toEqual([]);
  }
  return hands.did.splice(0);
}

export async function found(where: Place, hands: Recorder): Promise<readonly FoundTimer[]> {
  return findTimers(timersOf(where), TASK.spread, hands);
}

export const NO_CRON: Record<string, Answer | undefined> = { crontab: undefined };
