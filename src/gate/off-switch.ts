const VARIABLE = "CHECKPOINT_GC";

type Environment = Readonly<Record<string, string | undefined>>;

/** `CHECKPOINT_GC=off` stops hook, `auto` and loop. */
export function isSwitchedOff(env: Environment): boolean {
  return valueIn(env) === "off";
}

/** A value that has no effect, such as a mistyped `off`; null: it is not set, or says what is the case anyway. */
export function ineffectiveSwitch(env: Environment): string | null {
  const value = valueIn(env);
  return value === undefined || ["", "on", "off"].includes(value) ? null : (env[VARIABLE] ?? null);
}

function valueIn(env: Environment): string | undefined {
  return env[VARIABLE]?.trim().toLowerCase();
}
