/** Whose a repository is. */
import type { SubjectReading } from "../../model/inspection.ts";
import { GIT, isHash } from "./names.ts";
import { isHashDirectory } from "./layout.ts";
import { because } from "./reasons.ts";
import { pathOfHash, readRegistry, readRoot } from "./registry.ts";

/** By its place below the base, and the path where it lies now. Throws no errno. */
export function readSubject(base: string, place: string, path: string): SubjectReading {
  if (!isHash(place)) return readSlug(base, place.slice(0, -`/${GIT}`.length));
  // It was not found with anything else in it, which would go with it.
  if (!isHashDirectory(path)) return { kind: "unidentified", ...because("other-contents"), evidence: { name: place } };
  return readHash(base, place);
}

function readSlug(base: string, slug: string): SubjectReading {
  const root = readRoot(`${base}/${slug}`);
  if (root === null) return { kind: "unidentified", ...because("root-unusable"), evidence: { slug } };
  const registry = readRegistry(base);
  const evidence = { marker: root };
  if (registry.kind === "unreadable")
    return {
      kind: "unidentified",
      ...because("registry-unreadable"),
      evidence: { ...evidence, registry: registry.why },
    };
  const registered = registry.slugs.get(root) ?? null;
  if (registered !== slug) {
    return {
      kind: "unidentified",
      ...because("registry-differs"),
      evidence: { ...evidence, registry: registered ?? "not there" },
    };
  }
  return {
    kind: "identified",
    subject: { kind: "workdir", value: root },
    verified: true,
    evidence: { ...evidence, registry: slug },
  };
}

function readHash(base: string, hash: string): SubjectReading {
  const path = pathOfHash(base, hash, readRegistry(base));
  if (path === null) return { kind: "unidentified", ...because("hash-unknown"), evidence: { name: hash } };
  return {
    kind: "identified",
    subject: { kind: "workdir", value: path },
    verified: true,
    evidence: { "hash check": `${path} fits ${hash}` },
  };
}

/** The slug of the project that a hash directory is of, where marker and registry agree on it. */
export function slugOf(base: string, root: string): string | null {
  const registry = readRegistry(base);
  const slug = registry.kind === "read" ? (registry.slugs.get(root) ?? null) : null;
  return slug !== null && readRoot(`${base}/${slug}`) === root ? slug : null;
}
