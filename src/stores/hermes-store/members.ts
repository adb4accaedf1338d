/** Pieces of the single store as members of an entry. */
import { errnoOf } from "../../errors.ts";
import { bytePath, lstatOrNull } from "../../fs/door.ts";
import { type PackedRefs, readRef } from "../../git/refs.ts";
import { type Member, refIdentity } from "../../model/entry.ts";
import { STORE } from "./layout.ts";

export function fileAt(base: string, name: string): Member | null {
  const place = `${STORE}/${name}`;
  const path = `${base}/${place}`;
  try {
    const stat = lstatOrNull(bytePath(path));
    return stat?.kind === "file" ? { path, place, identity: stat.identity } : null;
  } catch (error) {
    if (errnoOf(error) === null) throw error;
    return null;
  }
}

/** A ref that is there and broken is no member; what inspects the entry says so, and that holds it. */
export function refMember(base: string, id: string, packed: PackedRefs): Member | null {
  const place = `${STORE}/refs/hermes/${id}`;
  const reading = readRef(`${base}/${STORE}`, `refs/hermes/${id}`, packed);
  return reading.kind === "value"
    ? { path: `${base}/${place}`, place, identity: refIdentity(reading.value), as: "ref" }
    : null;
}
