/** The ways to workdirs as the ledger stores them: each directory once, pointing to the one above it. */
import type { Sighting, Waypoint } from "../model/ledger.ts";
import type { Steps } from "../model/steps.ts";

/** A waypoint: the index of the one above (-1 for the root), and what it adds to it. */
export interface Place {
  readonly above: number;
  readonly name: string;
  readonly ino: string;
  readonly birth: string;
  readonly mount: readonly [source: string, root: string, type: string];
  readonly begins: boolean;
}

interface Packed {
  readonly places: readonly Place[];
  /** When it was seen alive, and the place it is. */
  readonly seen: Record<string, readonly [at: number, place: number]>;
}

/** The way to a place from the root, or null where the indexes lead nowhere or in a circle. */
export function wayTo(places: readonly Place[], index: number): Waypoint[] | null {
  const names: Place[] = [];
  for (let at = index; at !== -1;) {
    const place = places[at];
    if (place === undefined || names.length > places.length) return null;
    names.unshift(place);
    at = place.above;
  }
  const way: Waypoint[] = [];
  let path = "";
  for (const { name, ino, birth, mount, begins } of names) {
    path = name === "/" ? "/" : `${path === "/" ? "" : path}/${name}`;
    way.push({ path, ino, birth, source: mount[0], root: mount[1], type: mount[2], begins });
  }
  return way;
}

/** Stores each directory once. */
export function* packed(sightings: readonly (readonly [string, Sighting])[]): Steps<Packed> {
  const places: Place[] = [];
  const indexes = new Map<string, number>();
  const seen: Packed["seen"] = {};
  for (const [workdir, { at, way }] of sightings) {
    let above = -1;
    for (const point of way) {
      const name = point.path === "/" ? "/" : point.path.slice(point.path.lastIndexOf("/") + 1);
      // No path holds a zero byte. Ten thousand ways have eighty thousand points, so this is kept cheap.
      const { ino, birth, begins, source, root, type } = point;
      const key = `${above}\0${ino}\0${birth}\0${begins}\0${source}\0${root}\0${type}\0${name}`;
      const known = indexes.get(key);
      if (known === undefined) {
        indexes.set(key, places.length);
        places.push({ above, name, ino, birth, mount: [source, root, type], begins });
      }
      above = known ?? places.length - 1;
    }
    Object.defineProperty(seen, workdir, { value: [at, above], enumerable: true });
    yield;
  }
  return { places, seen };
}
