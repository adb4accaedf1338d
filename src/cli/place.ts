/** The process as look-of.ts wants to know it. */
import { homedir } from "node:os";
import type { Look } from "../report/look.ts";
import { lookOf } from "./look-of.ts";

export interface Wishes {
  readonly now: number;
  readonly color: boolean;
  readonly repeat: string;
}

let zone: string | null = null;

function zoneHere(): string {
  zone ??= Intl.DateTimeFormat().resolvedOptions().timeZone;
  return zone;
}

export function lookHere({ now, color, repeat }: Wishes): Look {
  return lookOf({
    env: process.env,
    platform: process.platform,
    isTerminal: process.stdout.isTTY,
    columns: process.stdout.columns,
    now,
    userHome: homedir(),
    timeZone: zoneHere,
    color,
    repeat,
  });
}

/** Somebody can be asked, and sees the question. */
export function canAsk(): boolean {
  return process.stdin.isTTY && process.stderr.isTTY;
}
