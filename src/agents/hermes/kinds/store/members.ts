/** Pieces of the single store as members of an entry. */
import { expectErrno, UNREADABLE } from "../../../../errors.ts";
import { bytePath, lstatOrNull } from "../../../../fs/syscalls.ts";
import { type PackedRefs, readRef } from "../../../../git/refs.ts";
import { type Member, refIdentity } from "../../../../model/entry.ts";
import { STORE } from "./layout.ts";

export function fileAt(base: string, name: string): Member | null {
  const place = `${STORE}/${name}`;
  const path = `${base}/${place}`;
  try {
    const stat = lstatOrNull(bytePath(path));
    return stat?.kind === "file" ? { path, place, identity: stat.identity } : null;
  } catch (error) {
    expectErrno(error, ...UNREADABLE);
    return null;
  }
}

/** A broken ref is not a member; inspecting the entry reports it, and that holds the entry. */
export function refMember(base: string, id: string, packed: PackedRefs): Member | null {
  const place = `${STORE}/refs/hermes/${id}`;
  const reading = readRef(`${base}/${STORE}`, `refs/hermes/${id}`, packed);
  return reading.kind === "value"
    ? { path: `${base}/${place}`, place, identity: refIdentity(reading.value), as: "ref" }
    : null;
}
