/**
 * Waits so many ms, or until the signal. The timer is unreferenced: whether the process stays alive is up to the host.
 */
export function sleepUnref(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    timer.unref();
    if (signal.aborted) end();
    else signal.addEventListener("abort", end, { once: true });
  });
}
