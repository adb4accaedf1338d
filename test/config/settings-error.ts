import { GcError } from "../../src/errors.ts";

/** The GcError that a call throws; anything else, or nothing, fails the test. */
export function settingsError(call: () => unknown): GcError {
  try {
    call();
  } catch (error) {
    if (error instanceof GcError) return error;
    throw error;
  }
  throw new Error("expected a GcError, nothing was thrown");
}
