/** The licences of the packages whose code went into dist/: most of them require that their text is included. */
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";

/** `packages`: as packages.mjs lists them. Returns one text, the same for the same input. */
export async function licences(packages) {
  const texts = await Promise.all(packages.map(licenceOf));
  const intro = "dist/ contains code of the packages below, each under its own licence.\n";
  return [intro, ...new Set(texts)].join(`\n${"-".repeat(80)}\n\n`);
}

async function licenceOf({ directory, name, version, license }) {
  const file = (await readdir(directory)).find((entry) => /^licen[cs]e/i.test(entry));
  const text = file === undefined ? "(the package has no licence file)" : await readFile(join(directory, file), "utf8");
  return `${name} ${version} (${license})\n\n${text.replaceAll("\r\n", "\n").trim()}\n`;
}
