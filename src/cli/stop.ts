/**
 * Ctrl-C and `kill` ask a run to stop between two entries; whoever asks twice does not want to wait for that. What is
 * left behind then is what a crash leaves, and the next run finishes it.
 */

/** Which signals stop a run, and what a shell expects to see then (128 + the number of the signal). */
const EXIT_CODES = { SIGINT: 130, SIGTERM: 143 } as const;

export interface Stop {
  readonly signal: AbortSignal;
  /** Null where nobody asked to stop. */
  exitCode(): number | null;
  dispose(): void;
}

/** `onSignal` is told once, for a line that says that it was heard. */
export function watchSignals(onSignal: () => void): Stop {
  const controller = new AbortController();
  let code: number | null = null;
  const ask = (name: keyof typeof EXIT_CODES): void => {
    if (code !== null) process.exit(EXIT_CODES[name]);
    code = EXIT_CODES[name];
    onSignal();
    controller.abort();
  };
  const interrupt = (): void => ask("SIGINT");
  const terminate = (): void => ask("SIGTERM");
  process.on("SIGINT", interrupt);
  process.on("SIGTERM", terminate);
  return {
    signal: controller.signal,
    exitCode: () => code,
    dispose() {
      process.off("SIGINT", interrupt);
      process.off("SIGTERM", terminate);
    },
  };
}
