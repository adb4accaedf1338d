/** Bases that cannot be read for one reason, such as those of all agents in a home of another user. */
import { dirname } from "node:path";
import { GcError } from "../errors.ts";
import type { ForeignPaths } from "../resolve/foreign.ts";

/** The same bases, of which those behind one directory that denies access have one and the same error, which names it. */
export async function withSharedCause<
  T extends { readonly ref: { readonly path: string }; readonly error: GcError | null },
>(found: readonly T[], paths: ForeignPaths): Promise<T[]> {
  const unread = found.filter(({ error }) => error?.code === "base-unreadable").map(({ ref }) => ref.path);
  if (unread.length < 2) return [...found];
  const resolved = await paths.resolve(unread);
  const deniedAt = new Map<string, string>();
  for (const path of unread) {
    const one = resolved.get(path);
    // What is denied is to look at a name in it.
    if (one?.end.kind === "trouble" && one.end.code === "EACCES") deniedAt.set(path, dirname(one.at));
  }
  const errors = new Map<string, GcError>();
  for (const at of deniedAt.values()) {
    if ([...deniedAt.values()].filter((other) => other === at).length > 1) errors.set(at, denied(at));
  }
  return found.map((one) => {
    const shared = errors.get(deniedAt.get(one.ref.path) ?? "");
    return one.error === null || shared === undefined ? one : { ...one, error: shared };
  });
}

function denied(at: string): GcError {
  return new GcError("base-unreadable", `cannot look into ${at}: EACCES: permission denied`, {
    hint: `Make ${at} accessible, or run this as the user whose it is.`,
  });
}
