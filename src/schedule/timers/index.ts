import type { MachineKind } from "../../model/timer-kinds.ts";
import type { TimerHost, Timer } from "../timer.ts";
import { cronTimer } from "./cron.ts";
import { launchdTimer } from "./launchd.ts";
import { systemdTimer } from "./systemd.ts";
import { windowsTimer } from "./windows.ts";

/** All kinds, preferred ones first. */
export function timersOf(place: TimerHost): readonly Timer[] {
  const kinds = {
    launchd: launchdTimer(place),
    windows: windowsTimer(place),
    systemd: systemdTimer(place),
    cron: cronTimer(place),
  } satisfies Record<MachineKind, Timer>;
  return Object.values(kinds);
}
