/**
 * The command line of a timer once more, as JSON in a comment: it is read from there, and not parsed back from the
 * syntax of systemd, cron or XML. ASCII without `&`, `<` and `>`, so that every format accepts it.
 */
const STAMP = /checkpoint-gc: (\[(?:"(?:[^"\\]|\\.)*",?)*\])/;

export function stampOf(argv: readonly string[]): string {
  const json = JSON.stringify(argv).replace(/[^\x20-\x7e]|[&<>]/g, (unit) => {
    return `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
  return `checkpoint-gc: ${json}`;
}

/**
 * The command line of a timer that we wrote, where it is also what the timer runs (`runs`). Null where that was
 * modified, and in a timer of version 1.0.0, which has no such comment: the next install rewrites both.
 */
export function stampedArgv(text: string, runs: (argv: readonly string[]) => boolean): readonly string[] | null {
  const argv = stringsIn(STAMP.exec(text)?.[1] ?? "");
  return argv !== null && runs(argv) ? argv : null;
}

function stringsIn(json: string): readonly string[] | null {
  try {
    const value: unknown = JSON.parse(json);
    return Array.isArray(value) && value.every((one) => typeof one === "string") ? value : null;
  } catch {
    // SyntaxError: the comment is missing or was modified.
    return null;
  }
}
