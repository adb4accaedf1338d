/** How members are removed and restored, by kind. */
import type { MemberKind } from "../../model/entry.ts";
import type { RemovalMethod } from "./method.ts";
import { pathMethod } from "./path.ts";
import { recordMethod } from "./record.ts";
import { refMethod } from "./ref.ts";

interface Some {
  readonly as?: MemberKind | undefined;
}

export function methodFor({ as }: Some): RemovalMethod {
  switch (as) {
    case undefined:
      return pathMethod;
    case "ref":
      return refMethod;
    case "record":
      return recordMethod;
  }
}

/** What decides whether the rest may go is removed first: a ref, a record. */
export function inOrder<T extends Some>(members: readonly T[]): T[] {
  return members.toSorted((a, b) => Number(a.as === undefined) - Number(b.as === undefined));
}

/** A ref without its files does no harm, so it is first here, too; a record names files that have to be there. */
export function inOrderBack<T extends Some>(members: readonly T[]): T[] {
  return members.toSorted((a, b) => turnBack(a) - turnBack(b));
}

function turnBack({ as }: Some): number {
  switch (as) {
    case "ref":
      return 0;
    case undefined:
      return 1;
    case "record":
      return 2;
  }
}
