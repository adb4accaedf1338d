/** The repositories of a base that may hold debris: the single store, shadow repos, and those in archives. */
import type { Child } from "../../../../fs/listing.ts";
import { entriesIn as archived, isArchiveName } from "../archive/index.ts";
import { entriesIn as shadows } from "../shadow/index.ts";
import { isHeadless } from "../shadow/remains.ts";
import { isStore, STORE } from "../store/layout.ts";
import type { Repository } from "./find.ts";

export function reserved(name: string): boolean {
  return name === STORE || isArchiveName(name);
}

export function repositoriesIn(base: string, listed: readonly Child[]): Repository[] {
  const repos = [...shadows(base, listed), ...archived(base, listed)].map(({ members }) => members[0]);
  const store = listed.some(({ name, kind }) => name === STORE && kind === "directory") && isStore(`${base}/${STORE}`);
  return [
    ...(store ? [{ base, place: STORE, kind: "store" as const }] : []),
    // Remains of a repo are debris as a whole.
    ...repos.filter(({ path }) => !isHeadless(path)).map(({ place }): Repository => ({ base, place, kind: "shadow" })),
  ];
}
