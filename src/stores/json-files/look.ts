/**
 * Looks at files that are members of entries. What was seen of one when its base was listed serves the first look at it,
 * which follows at once: with twenty thousand files in a folder that saves as many calls. Every later look is a new one.
 */
import { toIoError } from "../../fs/read-small.ts";
import { bytePath, lstatOrNull, type Stat } from "../../fs/syscalls.ts";
import type { IoError, Member } from "../../model/entry.ts";
import type { InspectOptions } from "../kind.ts";

/** By the member itself, so that none is kept longer than that. Another thread has a copy of it, and looks anew. */
const listed = new WeakMap<Member, Stat>();

/** The member, with what was seen of it. */
export function withLook<M extends Member>(member: M, stat: Stat): M {
  listed.set(member, stat);
  return member;
}

/** What a member is, wherever it lies now; `ENOENT` where it is gone. Throws no errno. */
export function lookAt(member: Member, { justListed = false }: Pick<InspectOptions, "justListed">): Stat | IoError {
  const seen = listed.get(member);
  listed.delete(member);
  return justListed && seen !== undefined ? seen : statOf(member.path);
}

function statOf(path: string): Stat | IoError {
  try {
    return lstatOrNull(bytePath(path)) ?? { code: "ENOENT", message: `ENOENT: ${path} is gone`, path };
  } catch (error) {
    return toIoError(bytePath(path), error);
  }
}
