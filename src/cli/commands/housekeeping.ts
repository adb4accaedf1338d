/** The loop as a command: one line on stderr for each sweep that did something, and for each new failure. */
import { resolve } from "node:path";
import { type HousekeepingOptions, startHousekeeping } from "../../housekeeping.ts";
import type { Logger } from "../../model/surroundings.ts";
import { envelope } from "../../report/envelope.ts";
import { MINUTE } from "../../model/time.ts";
import { moment } from "../../report/format.ts";
import type { Invocation } from "../invocation.ts";
import { loggerTo } from "../log.ts";
import { parseHousekeeping, type Shared } from "../parse.ts";
import { foreignHere } from "../../schedule/system.ts";
import { repeatedArguments } from "../suggested-command.ts";
import { inSession, type Session } from "../session.ts";

/** The loop's own timers are unreferenced, so something else has to keep the process alive. */
const FOREVER_MS: number = 24 * 60 * MINUTE;

/** Ends with 0 on a signal, which is the normal end of a loop. */
export async function housekeeping(call: Invocation): Promise<number> {
  const { optIn, metricsFile, jitter } = parseHousekeeping(call);
  return inSession(call, async (session) => {
    const { shared, stop } = session;
    const options: HousekeepingOptions = {
      signal: stop.signal,
      logger: loggerOf(session),
      ...(shared.agents.length > 0 ? { agent: shared.agents } : {}),
      ...(shared.homes.length > 0 ? { home: shared.homes } : {}),
      ...(shared.bases.length > 0 ? { base: shared.bases } : {}),
      ...(optIn ? { enabled: true } : {}),
      ...(jitter === null ? {} : { jitterMs: jitter * MINUTE }),
      ...(metricsFile === null ? {} : { metricsFile: resolve(metricsFile) }),
      arguments: repeatedArguments({ ...shared, agents: [] }),
    };
    await warnAboutMissing(shared, options.logger);
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

/** A home may be created after the loop has started; a mistyped path never is. */
async function warnAboutMissing({ homes, bases }: Shared, logger: Logger | undefined): Promise<void> {
  const named = [...homes, ...bases].map((path) => resolve(path));
  const found = await foreignHere().resolve(named);
  for (const path of named) {
    if (found.get(path)?.end.kind !== "missing") continue;
    logger?.warn({ event: "housekeeping" }, `${path} does not exist: it is swept once it does`);
  }
}

/** What a sweep removed is printed without any flag. */
function loggerOf(session: Session): Logger {
  const { shared, look } = session;
  const logger = loggerTo((line) => session.say(line), shared.verbose, look);
  if (shared.verbose || shared.quiet) return logger;
  return { ...logger, info: (_, message = "") => session.say(`${message}\n`) };
}
