// A run in a world of its own for each of its steps: killed there, or with a call that fails there.

import { killAt } from "../fs/support.ts";
import { errno, interceptCalls, stopIntercepting } from "./intercept-calls.ts";

export interface SteppedRun<Made> {
  readonly make: () => Made;
  readonly prepare: (made: Made) => Promise<unknown>;
  readonly act: (made: Made) => Promise<unknown>;
}

interface Steps<Made> {
  /** Which calls and points are steps. */
  readonly counts: (operation: string) => boolean;
  /** Each so many of them. */
  readonly every: number;
  /** What has to hold afterwards; `where` names the step. */
  readonly check: (made: Made, where: string) => Promise<void>;
}

const ignored = (): void => undefined;

/** Gives how many steps there are. */
export async function killedAtEach<Made>(run: SteppedRun<Made>, steps: Steps<Made>): Promise<number> {
  return atEach(run, steps, "step", (isDue) => killAt(isDue));
}

/** The same, and the call of that step throws an errno. */
export async function failingAtEach<Made>(run: SteppedRun<Made>, steps: Steps<Made>, code: string): Promise<number> {
  return atEach(run, steps, `${code} at call`, (isDue) =>
    interceptCalls((operation, path) => {
      if (isDue(operation, path)) throw errno(code, operation, path);
    }),
  );
}

type IsDue = (operation: string, path: string) => boolean;

async function atEach<Made>(
  { make, prepare, act }: SteppedRun<Made>,
  { counts, every, check }: Steps<Made>,
  what: string,
  strike: (isDue: IsDue) => void,
): Promise<number> {
  const all = await stepsOf({ make, prepare, act }, counts);
  for (let nth = 1; nth <= all; nth += every) {
    const made = make();
    await prepare(made);
    let met = 0;
    let at = "";
    strike((operation, path) => {
      if (!counts(operation) || ++met !== nth) return false;
      at = `${operation} ${path}`;
      return true;
    });
    await act(made).then(ignored, ignored);
    stopIntercepting();
    await check(made, `${what} ${nth} of ${all}, ${at}`);
  }
  return all;
}

async function stepsOf<Made>(
  { make, prepare, act }: SteppedRun<Made>,
  counts: (operation: string) => boolean,
): Promise<number> {
  const made = make();
  await prepare(made);
  let met = 0;
  interceptCalls((operation) => {
    if (counts(operation)) met += 1;
  });
  await act(made);
  stopIntercepting();
  return met;
}
