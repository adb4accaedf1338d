/** The names of its kinds, and of the directories of its repositories. */

export const CLINE_KINDS = ["cline-checkpoints"] as const;

/** Its extension, as editors name the directory of what it stores. */
export const EXTENSION = "saoudrizwan.claude-dev";

/** A repository for each workspace: the hash of its path, as a decimal number of 32 bits. */
export function isCheckpoints(name: string): boolean {
  return /^\d{1,10}$/.test(name);
}

/** `h = h * 31 + unit`, over the UTF-16 units of the path. */
export function hashOf(path: string): string {
  let hash = 0;
  for (let at = 0; at < path.length; at++) hash = (Math.imul(hash, 31) + path.charCodeAt(at)) >>> 0;
  return String(hash);
}
