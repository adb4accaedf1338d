/** Times and integers as documents have them. */
import type { Integer } from "./schema/values.ts";

/** The first and last ms that ISO 8601 writes with a four-digit year: file systems can hold others. */
const FIRST_MS = -62_167_219_200_000;
const LAST_MS = 253_402_300_799_999;

export function iso(at: number): string {
  return at >= FIRST_MS && at <= LAST_MS ? new Date(at).toISOString() : BigInt(Math.trunc(at)).toString();
}

export function isoOrNull(at: number | null): string | null {
  return at === null ? null : iso(at);
}

export function integer(value: number): Integer {
  return Number.isSafeInteger(value) ? value : BigInt(Math.trunc(value)).toString();
}

export function integerOrNull(value: number | null): Integer | null {
  return value === null ? null : integer(value);
}
