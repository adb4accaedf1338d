/** The packages whose code went into dist/: where each lies in node_modules, and what it says about itself. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";

/**
 * `modules`: absolute paths of the bundled files. Sorted by name and version, the same for the same input.
 * @returns {Promise<{ directory: string, name: string, version: string, license: string }[]>}
 */
export async function bundledPackages(modules) {
  const directories = new Set([...modules].flatMap((path) => packageDirectory(path) ?? []));
  const packages = await Promise.all(
    [...directories].map(async (directory) => {
      const { name, version, license } = JSON.parse(await readFile(join(directory, "package.json"), "utf8"));
      return { directory, name, version, license };
    }),
  );
  const byName = new Map(packages.map((each) => [`${each.name} ${each.version}`, each]));
  return [...byName].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, each]) => each);
}

function packageDirectory(path) {
  return /^\0?(.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+)[\\/]/.exec(path)?.[1];
}
