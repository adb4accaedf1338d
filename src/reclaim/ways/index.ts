/** The ways in which members are taken. */
import type { Taking } from "../../model/entry.ts";
import { byRef } from "./move-ref.ts";
import { byRename } from "./rename.ts";
import type { Way } from "./way.ts";

const WAYS: Readonly<Record<Taking, Way>> = { ref: byRef };

export function wayOf({ as }: { readonly as?: Taking | undefined }): Way {
  return as === undefined ? byRename : WAYS[as];
}

/** What has to go before the rest goes, first; back it comes in the same order: a ref without its files harms nobody. */
export function inOrder<T extends { readonly as?: Taking | undefined }>(members: readonly T[]): T[] {
  return members.toSorted((a, b) => Number(a.as === undefined) - Number(b.as === undefined));
}
