/** What `auto --events` prints, one JSON object a line: the log with its levels, and the result for each base. */
import type { RunResult } from "../model/result.ts";
import type { Logger } from "../model/surroundings.ts";
import { sweepFields } from "../report/sweeps.ts";

export function eventLogger(print: (text: string) => void): Logger {
  const line = (level: keyof Logger) => (fields: Readonly<Record<string, unknown>>, msg?: string) =>
    print(`${JSON.stringify({ level, ...fields, msg })}\n`);
  return { debug: line("debug"), info: line("info"), warn: line("warn") };
}

/** `sweep` is null where no sweep ran. */
export function baseEvents({ plan, bases }: RunResult): string {
  const lines = bases.map(({ path, status, error }) => {
    const planned = plan.bases.find(({ ref }) => ref.path === path);
    const lastSweep = planned?.lastSweep ?? null;
    const sweep = status === "done" && lastSweep?.at === plan.now ? sweepFields(path, lastSweep) : null;
    return { event: "base", base: path, status, error, sweep };
  });
  return lines.map((line) => `${JSON.stringify(line)}\n`).join("");
}
