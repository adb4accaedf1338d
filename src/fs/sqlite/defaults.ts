/** What a column has where a record ends before it: a column that was added later has its DEFAULT there. */
import type { Field } from "./record.ts";
import { refuse } from "./refusal.ts";
import type { Token } from "./tokens.ts";

/** How a column converts values: https://sqlite.org/datatype3.html#determination_of_column_affinity */
export type Affinity = "integer" | "text" | "blob" | "real" | "numeric";

export type Default =
  /** None, or a literal, after the conversion by the column. */
  | { readonly kind: "value"; readonly field: Field }
  /** An expression, or a literal whose conversion is not carried out here. */
  | { readonly kind: "unknown" };

export const NO_DEFAULT: Default = { kind: "value", field: { kind: "null" } };
const UNKNOWN: Default = { kind: "unknown" };

export function affinityOf(type: string): Affinity {
  const upper = type.toUpperCase();
  if (upper.includes("INT")) return "integer";
  if (/CHAR|CLOB|TEXT/.test(upper)) return "text";
  if (upper === "" || upper.includes("BLOB")) return "blob";
  return /REAL|FLOA|DOUB/.test(upper) ? "real" : "numeric";
}

/** The value of a literal. `sign`: what stands before it, if anything. */
export function defaultOf(sign: "+" | "-" | "", token: Token, affinity: Affinity): Default {
  switch (token.kind) {
    case "number":
      return number(sign, token.text, affinity);
    case "string":
    case "quoted":
      return sign === "" ? text(token.text, affinity) : UNKNOWN;
    case "word":
      return sign === "" ? word(token.text.toUpperCase(), affinity) : UNKNOWN;
    case "blob":
    case "sign":
      return UNKNOWN;
  }
}

function number(sign: string, digits: string, affinity: Affinity): Default {
  if (/^0x/i.test(digits)) return UNKNOWN;
  const value = Number(sign === "-" ? `-${digits}` : digits);
  const whole = /^[0-9]+$/.test(digits);
  // Beyond what a number holds exactly, and fractions as text, conversions are intricate.
  if (!Number.isSafeInteger(value) && (whole || affinity === "text" || !Number.isFinite(value))) return UNKNOWN;
  if (affinity !== "text") return plain(value === 0 ? 0 : value);
  return whole && !Object.is(value, -0) ? plain(String(value)) : UNKNOWN;
}

function text(value: string, affinity: Affinity): Default {
  // A column of numbers converts a text that looks like one.
  const converts = affinity !== "text" && affinity !== "blob" && /^\s*[+-]?\.?[0-9]/.test(value);
  return converts ? UNKNOWN : plain(value);
}

function word(upper: string, affinity: Affinity): Default {
  if (upper === "NULL") return NO_DEFAULT;
  if ((upper !== "TRUE" && upper !== "FALSE") || affinity === "text") return UNKNOWN;
  return plain(upper === "TRUE" ? 1 : 0);
}

function plain(value: number | string): Default {
  const field: Field =
    typeof value === "number" ? { kind: "number", number: value } : { kind: "text", bytes: Buffer.from(value) };
  return { kind: "value", field };
}

/** The field of a default. Refuses one that is not known. */
export function fieldOfDefault(column: string, of: Default): Field {
  if (of.kind === "value") return of.field;
  return refuse("schema", `rows lack the column ${column}, and its default is not a plain value`);
}
