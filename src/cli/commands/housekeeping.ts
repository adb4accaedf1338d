/** The loop as a command: one line on stderr for each sweep that did something, and for each new failure. */
import { resolve } from "node:path";
import { type HousekeepingOptions, startHousekeeping } from "../../housekeeping.ts";
import type { Logger } from "../../model/surroundings.ts";
import { envelope } from "../../report/json.ts";
import { MINUTE } from "../../model/time.ts";
import { moment } from "../../report/words.ts";
import type { Call } from "../call.ts";
import { loggerTo } from "../log.ts";
import { parseHousekeeping } from "../parse.ts";
import { settingArguments } from "../retype.ts";
import { inSession, type Session } from "../session.ts";

/** Nothing else keeps the process: the loop's own timers do not. */
const FOREVER_MS: number = 24 * 60 * MINUTE;

/** Ends with 0 when a signal ends it: that is how it is meant to end. */
export async function housekeeping(call: Call): Promise<number> {
  const { optIn, metricsFile, jitter } = parseHousekeeping(call);
  return inSession(call, async (session) => {
    const { shared, stop } = session;
    const options: HousekeepingOptions = {
      signal: stop.signal,
      logger: loggerOf(session),
      ...(shared.homes.length > 0 ? { home: shared.homes } : {}),
      ...(shared.bases.length > 0 ? { base: shared.bases } : {}),
      ...(optIn ? { enabled: true } : {}),
      ...(jitter === null ? {} : { jitterMs: jitter * MINUTE }),
      ...(metricsFile === null ? {} : { metricsFile: resolve(metricsFile) }),
      arguments: settingArguments(shared),
    };
    const alive = setInterval(() => undefined, FOREVER_MS);
    try {
      const running = startHousekeeping(options);
      const begins = running.next === null ? "never" : moment(running.next.getTime(), session.look);
      options.logger?.debug({ event: "housekeeping" }, `the first sweep is not before ${begins}`);
      await running.stopped;
    } finally {
      clearInterval(alive);
    }
    if (shared.json) session.printJson(envelope("housekeeping", session.meta(false), "done", null));
    return 0;
  });
}

/** What a sweep took is for people to see without asking for more. */
function loggerOf(session: Session): Logger {
  const { shared, look } = session;
  const logger = loggerTo((line) => session.say(line), shared.verbose, look);
  if (shared.verbose || shared.quiet) return logger;
  return { ...logger, info: (_, message = "") => session.say(`${message}\n`) };
}
