/** Names for what leaves a base: in a directory that a person names, as the files and directories that it is there. */
import { createHash } from "node:crypto";
import type { MemberKind } from "../model/entry.ts";

/** What lies in the trash of each. */
const SUFFIX: Readonly<Record<MemberKind | "path", string>> = { path: "", ref: ".bundle", record: ".json" };

interface Placed {
  readonly place: string;
  readonly as?: MemberKind | undefined;
}

/** Most of a file name (255 bytes), with room for what is added to it. */
const LONGEST = 200;

/** A key of a record, and several parts of a place in one name, may be longer than a name of a file. */
function fitting(name: string): string {
  if (Buffer.byteLength(name) <= LONGEST) return name;
  const hash = createHash("sha256").update(name).digest("hex").slice(0, 16);
  return `${[...name].slice(0, 40).join("")}-${hash}`;
}

/**
 * Each member under the last part of its place, or under all of it where several end alike. What was a ref is a git
 * bundle, which `git clone` takes.
 */
export function namesElsewhere(members: readonly Placed[]): string[] {
  const lasts = members.map(({ place }) => place.split("/").at(-1) ?? place);
  const alike = new Set(lasts).size < lasts.length || members.some(({ as }) => as !== undefined);
  return members.map(({ place, as }, at) => {
    const name = fitting(alike ? place.replaceAll("/", "-") : (lasts[at] ?? place));
    return `${name}${SUFFIX[as ?? "path"]}`;
  });
}
