/**
 * Paths that outlive an upgrade. Homebrew, Nix and Debian's alternatives run a program by a link with a version behind
 * it: the link is still there when the version is gone.
 */
import { posix, win32 } from "node:path";
import { errnoOf } from "../errors.ts";
import { realPath } from "../fs/door.ts";

/** Links that go with a shell, a project or a cache (fnm, npm exec). */
const PASSING =
  /^(?:\/private)?\/(?:tmp|run|var\/run|var\/folders)\/|[\\/](?:\.?[Cc]aches?|fnm_multishells|node_modules|_npx)[\\/]/;

export interface Search {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: string;
}

/** The first entry of the PATH by this name that is the very same file as `real`; else `real`. */
export function stablePath(name: string, real: string, { env, platform }: Search): string {
  const path = platform === "win32" ? win32 : posix;
  const directories = (env["PATH"] ?? "").split(path.delimiter).filter((directory) => path.isAbsolute(directory));
  const target = resolved(real);
  const found = directories
    .map((directory) => path.join(directory, name))
    .find((candidate) => !PASSING.test(candidate) && resolved(candidate) === target);
  return target === null ? real : (found ?? real);
}

/** Null where there is nothing that could be looked at. */
function resolved(path: string): string | null {
  try {
    return realPath(path);
  } catch (error) {
    if (errnoOf(error) === null) throw error;
    return null;
  }
}

/** Run from the cache of `npx`, which npm clears when it likes. */
export function isPassing(path: string): boolean {
  return /[\\/]_npx[\\/]/.test(path);
}
