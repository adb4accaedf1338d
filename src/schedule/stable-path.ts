/**
 * Paths that survive an upgrade. Homebrew, Nix and Debian's alternatives run a program by a link to a versioned path:
 * the link is still there when the version is removed.
 */
import { posix, win32 } from "node:path";
import type { ForeignPaths } from "../resolve/foreign.ts";
import type { Resolution } from "../resolve/links.ts";

/** Links that disappear with a shell, a project or a cache (fnm, npm exec). */
const EPHEMERAL =
  /^(?:\/private)?\/(?:tmp|run|var\/run|var\/folders)\/|[\\/](?:\.?[Cc]aches?|fnm_multishells|node_modules|_npx)[\\/]/;

export interface Search {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: string;
}

/** The first entry of the PATH by this name that is the very same file as `real`; else `real`. */
export async function stablePath(
  name: string,
  real: string,
  { env, platform }: Search,
  { resolve }: Pick<ForeignPaths, "resolve">,
): Promise<string> {
  const path = platform === "win32" ? win32 : posix;
  const candidates = (env["PATH"] ?? "")
    .split(path.delimiter)
    .filter((directory) => path.isAbsolute(directory))
    .map((directory) => path.join(directory, name))
    .filter((candidate) => !EPHEMERAL.test(candidate));
  const found = await resolve([real, ...candidates]);
  const fileAt = (place: string): string | null => fileOf(found.get(place));
  const target = fileAt(real);
  return target === null ? real : (candidates.find((candidate) => fileAt(candidate) === target) ?? real);
}

/** Null where nothing could be checked. */
function fileOf(found: Resolution | undefined): string | null {
  const isThere = found?.end.kind === "other" || found?.end.kind === "directory";
  return isThere ? (found.forms.at(-1) ?? null) : null;
}

/** Run from the cache of `npx`, which npm clears at any time. */
export function isEphemeral(path: string): boolean {
  return /[\\/]_npx[\\/]/.test(path);
}
