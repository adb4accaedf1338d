/** Whether everything is in order: one line for each check, and what mends it. Writes nothing, and takes no lock. */
import type { BaseFacts, Check, StarterFacts } from "../../model/doctor.ts";
import { DEFAULT_SETTINGS } from "../../model/settings.ts";
import { baseChecks } from "../../report/doctor/base.ts";
import { fault, warning } from "../../report/doctor/check.ts";
import { machineChecks } from "../../report/doctor/machine.ts";
import { countOf, doctorJson, renderDoctor } from "../../report/doctor/render.ts";
import { list } from "../../report/format.ts";
import { pathText } from "../../report/paths.ts";
import { jsonLook } from "../../report/envelope.ts";
import type { RenderContext } from "../../report/render-context.ts";
import { examineBases, type ExaminedBases } from "../../runs/doctor.ts";
import { SOME_FAILED } from "../exit-codes.ts";
import type { Invocation } from "../invocation.ts";
import { scheduledFor, timerFor } from "../scheduled.ts";
import { inSession } from "../session.ts";
import { examineMachine, type ExaminedMachine } from "./doctor-machine.ts";

export async function doctor(call: Invocation): Promise<number> {
  return inSession(call, async (session) => {
    const { shared, look } = session;
    const examined = await session.during(examineBases);
    const machine = await examineMachine(shared, look);
    // The commands that mend something are about the same places, for programs as well.
    const shown: RenderContext = shared.json ? { ...look, ...jsonLook(look.now) } : look;
    const checks = [
      ...machineChecks(machine.facts, shown),
      ...withoutBases(examined, shown),
      ...examined.bases.flatMap((base) =>
        baseChecks(base, { starters: startersOf(base, machine, look.now), look: shown }),
      ),
    ];
    if (shared.json) session.printJson(doctorJson(checks, session.meta(false)));
    else {
      const view = shared.quiet ? "not-ok" : shared.verbose ? "all" : "usual";
      session.print(renderDoctor(checks, shown, { shown: view }));
    }
    return countOf(checks, "fault") > 0 ? SOME_FAILED : 0;
  });
}

function withoutBases({ bases, error }: ExaminedBases, look: RenderContext): readonly Check[] {
  if (error !== null) return [fault("bases", error.message, error.hint)];
  if (bases.some((base) => base.exists || base.error !== null || base.state !== null)) return [];
  const homes = [...new Set(bases.map(({ ref }) => pathText(ref.path, look)))];
  const looked = homes.length <= 3 ? list(homes) : `${homes.slice(0, 3).join(", ")} and ${homes.length - 3} more`;
  return [warning("bases", `no base was found, looked for ${looked}`, "Name the home of the agent with --home")];
}

function startersOf(base: BaseFacts, { timers, hooks }: ExaminedMachine, now: number): StarterFacts {
  const { ref, settings, runs } = base;
  const hook = hooks.filter(({ home, isWorking }) => isWorking && home === ref.home);
  const timer = timerFor([{ ref }], timers);
  const known = { ref, settings: settings?.values ?? DEFAULT_SETTINGS, lastSweep: runs?.lastSweep ?? null };
  return {
    scheduled: scheduledFor([known], timers, now),
    isConsented: timer?.found.argv?.includes("--opt-in") === true || hook.some(({ isConsented }) => isConsented),
    hasHook: hook.length > 0,
  };
}
