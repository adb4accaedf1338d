/** The child process that looks at paths on a mount that may not answer: a request on stdin, a line for each path. */
import { newAncestors } from "./ancestors.ts";
import { isAtOrBelow } from "./mount-table.ts";
import { ancestorsOf } from "./presence.ts";
import type { Report, SentListing } from "./remote.ts";

interface Request {
  readonly point: string;
  readonly paths: readonly string[];
}

const ancestors = newAncestors();

let text = "";
for await (const chunk of process.stdin) text += String(chunk);
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what our own remote.ts writes
const { point, paths } = JSON.parse(text) as Request;
for (const path of paths) process.stdout.write(`${JSON.stringify(reportOn(path))}\n`);

function reportOn(path: string): Report {
  const seen: Report["seen"][number][] = [];
  let last: string | null = null;
  for (const at of [...ancestorsOf(path), path]) {
    if (!isAtOrBelow(at, point)) continue;
    const found = ancestors.look(at);
    seen.push([at, found]);
    if (found.kind === "missing") return { path, seen, listing: last === null ? null : [last, listingOf(last)] };
    if (found.kind !== "directory") break;
    last = at;
  }
  return { path, seen, listing: null };
}

function listingOf(directory: string): SentListing {
  const listing = ancestors.list(directory);
  return listing.kind === "trouble" ? listing : { ...listing, folded: [...listing.folded] };
}
