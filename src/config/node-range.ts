/** Where nodes of a document are in its text. Pure. */
import { isScalar, type Node, type Pair, type YAMLMap } from "yaml";

/** Why a file is left as it is, as the end of a sentence. */
export class Refusal extends Error {}

/** What is at a node: where it begins, and where its value ends. Throws a Refusal. */
export function rangeOf(node: unknown): readonly [number, number] {
  const range = isRanged(node) ? node.range : null;
  if (range === null || range === undefined) throw new Refusal("it is written in an unusual way");
  return [range[0], range[1]];
}

function isRanged(node: unknown): node is Pick<Node, "range"> {
  return typeof node === "object" && node !== null && "range" in node;
}

export function pairIn(map: YAMLMap | null, key: string): Pair | null {
  return map?.items.find((pair) => isScalar(pair.key) && pair.key.value === key) ?? null;
}
