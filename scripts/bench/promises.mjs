/**
 * How a cleaner measures that calls promises for everything, as npkill and rimraf do: all that a directory holds at once, one
 * stat a name, no threads of our own.
 *
 *   node scripts/bench/promises.mjs BASE
 */
import { lstat, readdir } from "node:fs/promises";

console.log(await blocksIn(process.argv[2] ?? ""));

async function blocksIn(directory) {
  const found = await readdir(directory, { withFileTypes: true });
  const each = found.map(async (entry) => {
    const path = `${directory}/${entry.name}`;
    const [{ blocks }, below] = await Promise.all([lstat(path), entry.isDirectory() ? blocksIn(path) : 0]);
    return blocks + below;
  });
  return (await Promise.all(each)).reduce((sum, blocks) => sum + blocks, 0);
}
