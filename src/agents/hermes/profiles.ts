/** The profiles of a home, each of which is a complete home: `<home>/profiles/<name>`. */
import { node } from "../../locations/builtins.ts";
import { resolveLocally } from "../../locations/links.ts";
import { isMissing, lstatIfExists } from "../../locations/lookup.ts";

/** Homes of the profiles of a home: directories, and symlinks that lead to one. Throws the errno. */
export function profileHomes(home: string): readonly string[] {
  const { directories, links } = listProfiles(home);
  return [...directories, ...links.filter((link) => resolveLocally(link, home) === "directory")];
}

export function listProfiles(home: string): {
  readonly directories: readonly string[];
  readonly links: readonly string[];
} {
  const profiles = `${home}/profiles`;
  try {
    if (lstatIfExists(profiles) === null || resolveLocally(profiles, home) === "elsewhere") {
      return { directories: [], links: [] };
    }
    const children = node.fs.readdirSync(profiles, { withFileTypes: true });
    const pathOf = ({ name }: { readonly name: string }): string => `${profiles}/${name}`;
    return {
      directories: children.filter((child) => child.isDirectory()).map(pathOf),
      links: children.filter((child) => child.isSymbolicLink()).map(pathOf),
    };
  } catch (error) {
    if (isMissing(error)) return { directories: [], links: [] };
    throw error;
  }
}
