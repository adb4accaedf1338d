/**
 * Which checkouts of a repo elsewhere exist: they depend on the repo. Their paths are in the repo and may lead onto a
 * mount that does not answer, so resolve/foreign.ts checks them. One that cannot be checked counts as in use.
 */
import type { Checkout, Inspection } from "../model/inspection.ts";
import { foreignPaths } from "../resolve/foreign.ts";
import type { Resolution } from "../resolve/links.ts";
import type { BorrowScene } from "./borrowed.ts";

/** The same inspections, with the checkouts that exist or may exist; usually there is none, and nothing is checked. */
export async function withLiveCheckouts<Found extends Inspection | null>(
  inspections: readonly Found[],
  { machine, base, signal }: BorrowScene,
): Promise<readonly Found[]> {
  const named = inspections.flatMap((one) => one?.checkouts ?? []);
  if (named.length === 0) return inspections;
  const paths = named.flatMap(({ at, locked }) => (locked ? [] : [at]));
  const resolved = await foreignPaths({ machine, own: base, signal }).resolve(paths);
  return inspections.map((one) =>
    one?.checkouts === undefined ? one : { ...one, checkouts: one.checkouts.filter((each) => isLive(each, resolved)) },
  );
}

/** The `.git` of a checkout is a file. A directory there is a repo of its own that came later. */
function isLive({ at, locked }: Checkout, resolved: ReadonlyMap<string, Resolution>): boolean {
  const kind = resolved.get(at)?.end.kind;
  return locked || kind === "other" || kind === "trouble";
}
