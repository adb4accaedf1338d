import type { Check } from "../../model/doctor.ts";

/** Of the machine, unless a caller says of which base. */
export function ok(topic: string, text: string): Check {
  return { topic, level: "ok", text, fix: null, base: null };
}

export function note(topic: string, text: string): Check {
  return { topic, level: "note", text, fix: null, base: null };
}

export function warning(topic: string, text: string, fix: string | null): Check {
  return { topic, level: "warning", text, fix, base: null };
}

export function fault(topic: string, text: string, fix: string | null): Check {
  return { topic, level: "fault", text, fix, base: null };
}
