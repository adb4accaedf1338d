/** The ancestors of workdirs as the ledger stores them: each directory once, with the index of its parent. */
import type { Observation, Ancestor } from "../model/ledger.ts";
import type { CooperativeTask } from "../model/steps.ts";

/** A directory: the index of its parent (-1 for the root), and its own properties. */
export interface LedgerPlace {
  readonly above: number;
  readonly name: string;
  readonly ino: string;
  readonly birth: string;
  readonly mount: readonly [source: string, root: string, type: string];
  readonly begins: boolean;
  /** Added after 1.0.0, which ignores it. */
  readonly layers?: string | undefined;
}

interface Packed {
  readonly places: readonly LedgerPlace[];
  /** When it was last observed, and the index of its place. */
  readonly seen: Record<string, readonly [at: number, place: number]>;
}

/** The ancestors of a place from the root, or null where the indexes are invalid or a cycle. */
export function ancestorChain(places: readonly LedgerPlace[], index: number): Ancestor[] | null {
  const names: LedgerPlace[] = [];
  for (let at = index; at !== -1;) {
    const place = places[at];
    if (place === undefined || names.length > places.length) return null;
    names.unshift(place);
    at = place.above;
  }
  const way: Ancestor[] = [];
  let path = "";
  for (const { name, ino, birth, mount, begins, layers } of names) {
    path = name === "/" ? "/" : `${path === "/" ? "" : path}/${name}`;
    way.push({ path, ino, birth, source: mount[0], root: mount[1], type: mount[2], begins, ...withLayers(layers) });
  }
  return way;
}

/** Every recorded version of what was mounted there: records of missing workdirs stay as they were. */
export function layersAt(places: readonly LedgerPlace[], point: string): readonly string[] {
  return places.flatMap(({ layers }, index) =>
    layers !== undefined && ancestorChain(places, index)?.at(-1)?.path === point ? [layers] : [],
  );
}

function withLayers(layers: string | undefined): { layers?: string } {
  return layers === undefined ? {} : { layers };
}

/** Stores each directory once. */
export function* packed(sightings: readonly (readonly [string, Observation])[]): CooperativeTask<Packed> {
  const places: LedgerPlace[] = [];
  const indexes = new Map<string, number>();
  const seen: Packed["seen"] = {};
  for (const [workdir, { at, way }] of sightings) {
    let above = -1;
    for (const point of way) {
      const name = point.path === "/" ? "/" : point.path.slice(point.path.lastIndexOf("/") + 1);
      // A path contains no zero byte. Ten thousand workdirs have eighty thousand ancestors, so this has to be cheap.
      const { ino, birth, begins, source, root, type, layers } = point;
      const key = `${above}\0${ino}\0${birth}\0${begins}\0${source}\0${root}\0${type}\0${layers ?? ""}\0${name}`;
      const known = indexes.get(key);
      if (known === undefined) {
        indexes.set(key, places.length);
        places.push({ above, name, ino, birth, mount: [source, root, type], begins, ...withLayers(layers) });
      }
      above = known ?? places.length - 1;
    }
    Object.defineProperty(seen, workdir, { value: [at, above], enumerable: true });
    yield;
  }
  return { places, seen };
}
