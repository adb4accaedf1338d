/**
 * The index of each project, `indexes/<id>`: what is staged in it and not committed is nowhere else.
 *
 * It counts only where its ref exists: Hermes begins a project without a ref with an empty index, so the index of a
 * removed project needs nothing, and what is written to it now is young.
 */
import { bytePath } from "../../../../fs/syscalls.ts";
import { childrenOrNone } from "../../../../fs/listing.ts";
import { readRef } from "../../../../git/refs.ts";

/** Those in use. Throws the errno of a directory that cannot be listed. */
export function indexesIn(repository: string): readonly string[] {
  return childrenOrNone(bytePath(`${repository}/indexes`)).flatMap(({ name, kind }) =>
    kind !== "directory" && isInUse(repository, name) ? [`${repository}/indexes/${name}`] : [],
  );
}

function isInUse(repository: string, name: string): boolean {
  // A broken ref counts as existing.
  return !/^[0-9a-f]{16}$/.test(name) || readRef(repository, `refs/hermes/${name}`).kind !== "missing";
}
