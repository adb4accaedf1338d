/** How members are removed and restored, by kind. */
import type { MemberKind } from "../../model/entry.ts";
import { refMethod } from "./move-ref.ts";
import { renameMethod } from "./rename.ts";
import type { RemovalMethod } from "./method.ts";

const METHODS: Readonly<Record<MemberKind, RemovalMethod>> = { ref: refMethod };

export function methodFor({ as }: { readonly as?: MemberKind | undefined }): RemovalMethod {
  return as === undefined ? renameMethod : METHODS[as];
}

/** The members that are removed before the rest; they are restored first too: a ref without its files does no harm. */
export function inOrder<T extends { readonly as?: MemberKind | undefined }>(members: readonly T[]): T[] {
  return members.toSorted((a, b) => Number(a.as === undefined) - Number(b.as === undefined));
}
