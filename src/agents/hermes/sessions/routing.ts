/** The ids that `sessions.json` names: what a gateway routes to them is continued, however old it is. */
import { bytePath } from "../../../fs/syscalls.ts";
import { readObject } from "../../../stores/json-files/read.ts";
import { ROUTING } from "./names.ts";

export type Routing =
  | { readonly kind: "read"; readonly ids: ReadonlySet<string> }
  | { readonly kind: "unreadable"; readonly path: string; readonly code: string };

/** A home without a gateway has none. Throws no errno. */
export function readRouting(base: string): Routing {
  const path = `${base}/${ROUTING}`;
  const file = readObject(bytePath(path));
  switch (file.kind) {
    case "unreadable":
      return file.trouble.code === "ENOENT"
        ? { kind: "read", ids: new Set() }
        : { kind: "unreadable", path, code: file.trouble.code };
    case "unusable":
      return { kind: "unreadable", path, code: "EINVAL" };
    case "object": {
      const ids = Object.values(file.object).map(idIn);
      // Of an id that is of another type it is not known which session it names.
      if (ids.includes(null)) return { kind: "unreadable", path, code: "EINVAL" };
      return { kind: "read", ids: new Set(ids.flatMap((id) => id ?? [])) };
    }
  }
}

/** Undefined where an entry names none, such as the text that explains the file; null where the id is not a text. */
function idIn(entry: unknown): string | null | undefined {
  if (typeof entry !== "object" || entry === null || !("session_id" in entry)) return undefined;
  return typeof entry.session_id === "string" ? entry.session_id : null;
}
