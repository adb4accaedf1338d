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
    case "object":
      return { kind: "read", ids: new Set(Object.values(file.object).flatMap(idIn)) };
  }
}

function idIn(entry: unknown): readonly string[] {
  if (typeof entry !== "object" || entry === null || !("session_id" in entry)) return [];
  return typeof entry.session_id === "string" ? [entry.session_id] : [];
}
