/** The licences of the packages whose code went into dist/: most of them ask that their text travels along. */
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";

/** `modules`: absolute paths of the bundled files. Returns one text, sorted by package, the same for the same input. */
export async function licences(modules) {
  const directories = new Set([...modules].flatMap((path) => packageDirectory(path) ?? []));
  const texts = await Promise.all([...directories].map(licenceOf));
  const intro = "dist/ contains code of the packages below, each under its own licence.\n";
  return [intro, ...new Set(texts.toSorted())].join(`\n${"-".repeat(80)}\n\n`);
}

function packageDirectory(path) {
  return /^\0?(.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+)[\\/]/.exec(path)?.[1];
}

async function licenceOf(directory) {
  const { name, version, license } = JSON.parse(await readFile(join(directory, "package.json"), "utf8"));
  const file = (await readdir(directory)).find((entry) => /^licen[cs]e/i.test(entry));
  const text = file === undefined ? "(the package has no licence file)" : await readFile(join(directory, file), "utf8");
  return `${name} ${version} (${license})\n\n${text.replaceAll("\r\n", "\n").trim()}\n`;
}
