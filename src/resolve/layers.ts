/**
 * The layers of a union mount (overlay, mergerfs, ...) as one text that changes with them. Mounted again without one of
 * its layers, or with another directory as a layer, it has the same name, type and root, and lists less.
 *
 * A layer is identified by its path and, where it is visible from here, by the identity of the directory: a branch of
 * mergerfs on an unmounted disk has the same path and is another directory.
 */
import { createHash } from "node:crypto";
import type { Mount } from "../model/surroundings.ts";
import type { Ancestors } from "./ancestors.ts";
import { mountAt } from "./mount-table.ts";
import { isAsked } from "./remote.ts";

/** A union whose layers the mount table does not name: nothing missing there is proved to be deleted. */
export const UNKNOWN_LAYERS = "?";

/** Null where the mount is not a union. */
export function layersOf(mount: Mount, mounts: readonly Mount[], ancestors: Ancestors): string | null {
  const { layers } = mount;
  if (layers === undefined) return null;
  if (layers.length === 0) return UNKNOWN_LAYERS;
  const described = layers.map((layer) => [layer, describe(layer, mounts, ancestors)]);
  return createHash("sha256").update(JSON.stringify(described)).digest("hex").slice(0, 16);
}

/** A layer may be outside of what a container sees, and is then identified by its path alone. */
function describe(layer: string, mounts: readonly Mount[], ancestors: Ancestors): string {
  if (!layer.startsWith("/")) return "";
  const mount = mountAt(mounts, layer);
  const on = mount === null ? "" : `${mount.source} ${mount.root}`;
  // One that may not answer is not accessed.
  if (mount !== null && isAsked(mount, "")) return on;
  const seen = ancestors.look(layer);
  return seen.kind === "directory" ? `${on} ${seen.identity.ino} ${seen.identity.birth}` : seen.kind;
}
