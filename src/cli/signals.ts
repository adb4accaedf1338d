/**
 * Ctrl-C, `kill` and a closed terminal ask a run to stop between two entries: what is whole is put back, or stays in
 * place. A second signal ends the process at once: the next run finishes what was begun, and what was only moved stays
 * whole in the trash (fs/worker-pool.ts delays the end while a thread is starting). A hang-up never counts as the
 * second signal: the shell and the kernel both send it.
 */

/** The signals that stop a run, and the exit status that a shell expects then (128 + the number of the signal). */
const EXIT_CODES = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

export interface Stop {
  readonly signal: AbortSignal;
  /** Null where no signal was received. */
  exitCode(): number | null;
  dispose(): void;
}

export interface SignalLines {
  /** A first signal was received. */
  readonly onFirst: () => void;
  /** The process is about to end. */
  readonly onSecond: () => void;
}

export function watchSignals({ onFirst, onSecond }: SignalLines): Stop {
  const controller = new AbortController();
  let code: number | null = null;
  const ask = (name: keyof typeof EXIT_CODES): void => {
    if (code !== null) {
      if (name === "SIGHUP") return;
      onSecond();
      process.exit(EXIT_CODES[name]);
    }
    code = EXIT_CODES[name];
    onFirst();
    controller.abort();
  };
  const hangUp = (): void => ask("SIGHUP");
  const interrupt = (): void => ask("SIGINT");
  const terminate = (): void => ask("SIGTERM");
  process.on("SIGHUP", hangUp);
  process.on("SIGINT", interrupt);
  process.on("SIGTERM", terminate);
  return {
    signal: controller.signal,
    exitCode: () => code,
    dispose() {
      process.off("SIGHUP", hangUp);
      process.off("SIGINT", interrupt);
      process.off("SIGTERM", terminate);
    },
  };
}
