const VARIABLE = "CHECKPOINT_GC";

type Environment = Readonly<Record<string, string | undefined>>;

/** `CHECKPOINT_GC=off` stops hook, `auto` and loop. */
export function isSwitchedOff(env: Environment): boolean {
  return meaningOf(env[VARIABLE]) === "off";
}

/** A value that has no effect, such as a mistyped `off`; null: it is not set, or says what is the case anyway. */
export function ineffectiveSwitch(env: Environment): string | null {
  const typed = env[VARIABLE];
  return typed === undefined || ["", "on", "off"].includes(meaningOf(typed)) ? null : typed;
}

function meaningOf(typed: string | undefined): string {
  return typed?.trim().toLowerCase() ?? "";
}
