/** `CHECKPOINT_GC=off` stops hook, `auto` and loop. */
export function isSwitchedOff(env: Readonly<Record<string, string | undefined>>): boolean {
  return env["CHECKPOINT_GC"]?.trim().toLowerCase() === "off";
}
