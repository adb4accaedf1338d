/** The manual page, from the specs of the commands (src/cli/help/man-page.ts), which are made runnable for it alone. */
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { rolldown } from "rolldown";

export async function manual(root) {
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const directory = await mkdtemp(join(tmpdir(), "checkpoint-gc-man-"));
  try {
    const input = await rolldown({ input: join(root, "src/cli/help/man-page.ts"), platform: "node" });
    // What the commands do is imported where one is run, and stays in files of its own.
    await input.write({
      dir: directory,
      format: "esm",
      entryFileNames: "man-page.mjs",
      chunkFileNames: "[name]-[hash].mjs",
    });
    await input.close();
    const { manPage } = await import(pathToFileURL(join(directory, "man-page.mjs")).href);
    return manPage(version);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
