/** Listing directories in a search for bases that goes on where one cannot be listed. */
import { GcError } from "../errors.ts";
import type { FindBases } from "./agent.ts";

/** Names of the directories in it; null where it cannot be listed: whether a base is in it is found out by looking at that. */
export function namesOrUnknown(
  directory: string,
  { listDirectories }: Pick<FindBases, "listDirectories">,
): readonly string[] | null {
  try {
    return listDirectories(directory);
  } catch (error) {
    if (error instanceof GcError && error.code === "base-unreadable") return null;
    throw error;
  }
}
