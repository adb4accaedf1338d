/** The checks as text: a heading for the machine and for each base, and a line for each check. */
import { CHECK_LEVELS, type Check, type CheckLevel } from "../../model/doctor.ts";
import type { BaseRef } from "../../model/home.ts";
import type { DocumentOf } from "../schema.ts";
import { count } from "../format.ts";
import { envelope, type Meta } from "../envelope.ts";
import { baseHeading, page } from "../notices.ts";
import { type RenderContext, type Style, stylesOf, widthOf } from "../render-context.ts";
import { padEnd, wrap } from "../width.ts";

export interface DoctorView {
  /** What is in order and can be left out. */
  readonly shown: "all" | "usual" | "not-ok";
}

const LEVEL_WIDTH = Math.max(...CHECK_LEVELS.map(({ length }) => length));

const HIDDEN: Readonly<Record<DoctorView["shown"], readonly CheckLevel[]>> = {
  "all": [],
  "usual": ["note"],
  "not-ok": ["note", "ok"],
};

export function renderDoctor(checks: readonly Check[], look: RenderContext, { shown }: DoctorView): string {
  const seen = checks.filter(({ level }) => !HIDDEN[shown].includes(level));
  const bases = [...new Set(seen.map(({ base }) => base))];
  const sections = bases.flatMap((base) => [
    headingOf(base, look),
    ...seen.filter((check) => check.base === base).flatMap((check) => checkLines(check, look)),
    "",
  ]);
  if (shown === "not-ok") return seen.length === 0 ? "" : page(sections);
  return page([...sections, ...wrap(sumText(checks), widthOf(look), look).map(stylesOf(look).bold)]);
}

function headingOf(base: BaseRef | null, look: RenderContext): string {
  return base === null ? stylesOf(look).bold("This machine") : baseHeading({ ref: base }, look, true);
}

/** Commands are not cut, so that they can be copied. */
function checkLines({ level, topic, text, fix }: Check, look: RenderContext): readonly string[] {
  const begin = `${padEnd(level, LEVEL_WIDTH)}  `;
  const [first = "", ...rest] = wrap(`${topic}: ${text}`, widthOf(look) - begin.length, look);
  const indent = " ".repeat(begin.length);
  const mend = fix === null ? [] : wrap(`To fix it: ${fix}`, widthOf(look) - begin.length, look);
  return [styleOf(level, look)(begin) + first, ...[...rest, ...mend].map((line) => indent + line)];
}

function styleOf(level: CheckLevel, look: RenderContext): Style {
  const { danger, warning, dim, plain } = stylesOf(look);
  return { ok: plain, note: dim, warning, fault: danger }[level];
}

function sumText(checks: readonly Check[]): string {
  const [faults, warnings] = [countOf(checks, "fault"), countOf(checks, "warning")];
  if (faults + warnings === 0) return "Nothing is wrong.";
  const parts = [
    ...(faults === 0 ? [] : [count(faults, "fault")]),
    ...(warnings === 0 ? [] : [count(warnings, "warning")]),
  ];
  return `${parts.join(", ")}.`;
}

export function countOf(checks: readonly Check[], level: CheckLevel): number {
  return checks.filter((check) => check.level === level).length;
}

export function doctorJson(checks: readonly Check[], meta: Meta): DocumentOf<"doctor"> {
  return {
    ...envelope("doctor", meta, "done", null),
    checks: checks.map(({ topic, level, text, fix, base }) => ({
      topic,
      level,
      text,
      fix,
      agent: base?.agent ?? null,
      base: base?.path ?? null,
    })),
    faults: countOf(checks, "fault"),
    warnings: countOf(checks, "warning"),
  };
}
