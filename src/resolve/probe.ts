/**
 * The child process that checks paths on a mount that may not answer: a request on stdin, one line of output per path.
 */
import { readTextFile } from "../fs/read-text.ts";
import { newAncestors } from "./ancestors.ts";
import { type Followed, listHere } from "./foreign.ts";
import { followLinks, type Link, lookAtLink } from "./links.ts";
import { isAtOrBelow } from "./mount-table.ts";
import { ancestorsOf } from "./presence.ts";
import type { Report, ProbeRequest, SentDirectories, SentListing } from "./remote.ts";

const ancestors = newAncestors();

/** The listing of a directory is the same for all paths that are missing from it, so it is sent once. */
const listed = new Set<string>();

let text = "";
for await (const chunk of process.stdin) text += String(chunk);
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the request of remote.ts
answer(JSON.parse(text) as ProbeRequest);

function answer(request: ProbeRequest): void {
  switch (request.kind) {
    case "presence":
      return request.paths.forEach((path) => say(reportOn(path, request.point)));
    case "follow":
      return request.paths.forEach((path) => say(followed(path, request.point, request.others)));
    case "list":
      return say(listHere(request.path));
    case "read":
      return say(readTextFile(request.path));
  }
}

function say(found: unknown): void {
  process.stdout.write(`${JSON.stringify(found)}\n`);
}

/** A path that leaves the mount ends here: the next step is decided by foreign.ts. */
function followed(path: string, point: string, others: readonly string[]): Followed {
  const links: (readonly [string, Link])[] = [];
  const way = followLinks(path);
  let step = way.next();
  while (step.done !== true) {
    const { at } = step.value;
    // What is above the mount was checked before.
    const isAbove = at !== point && isAtOrBelow(point, at);
    if (!isAbove && (!isAtOrBelow(at, point) || others.some((other) => isAtOrBelow(at, other)))) break;
    const link: Link = isAbove ? { kind: "directory" } : lookAtLink(at);
    if (!isAbove) links.push([at, link]);
    step = way.next(link);
  }
  return { path, links };
}

function reportOn(path: string, point: string): Report {
  const seen: Report["seen"][number][] = [];
  let last: string | null = null;
  for (const at of [...ancestorsOf(path), path]) {
    if (!isAtOrBelow(at, point)) continue;
    const found = ancestors.look(at);
    seen.push([at, found]);
    if (found.kind === "missing") return { path, seen, ...inside(last) };
    if (found.kind !== "directory") break;
    last = at;
  }
  return { path, seen, listing: null, directories: null };
}

function inside(last: string | null): Pick<Report, "listing" | "directories"> {
  if (last === null || listed.has(last)) return { listing: null, directories: null };
  listed.add(last);
  return { listing: [last, listingOf(last)], directories: [last, directoriesIn(last)] };
}

function directoriesIn(directory: string): SentDirectories {
  const found = ancestors.directories(directory) ?? { kind: "trouble", code: "ENOENT" };
  return found.kind === "trouble" ? found : { ...found, byInode: [...found.byInode] };
}

function listingOf(directory: string): SentListing {
  const listing = ancestors.list(directory);
  return listing.kind === "trouble" ? listing : { ...listing, folded: [...listing.folded] };
}
