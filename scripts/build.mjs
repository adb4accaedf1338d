/**
 * Builds dist/: JavaScript by rolldown, declarations by tsc, both at once; then the licences
 * of what was bundled, a list of it, the topics of help, and the manual page.
 *
 * Everything that ships is bundled, so that the package has no dependencies: nothing to resolve at start-up (half of
 * a cold start), and nothing to install where the disk is full.
 *
 * Two builds at once, or a build while the command runs, do no harm: a build writes into a directory of its own and
 * renames file by file, chunks (whose names carry their hash) before the entries that import them.
 *
 *     node scripts/build.mjs            build
 *     node scripts/build.mjs --clean    build, and leave nothing of earlier builds behind
 */
import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { bundle, entries } from "./build/bundle.mjs";
import { declarations } from "./build/declarations.mjs";
import { manual } from "./build/man.mjs";
import { licences } from "./build/licences.mjs";
import { bundledPackages } from "./build/packages.mjs";
import { publish, sweepLeftovers } from "./build/publish.mjs";
import { sbom } from "./build/sbom.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));

export async function build({ clean = false } = {}) {
  const dist = join(root, "dist");
  const startedAt = new Date();
  await mkdir(dist, { recursive: true });
  const fresh = await mkdtemp(join(dist, ".build-"));
  try {
    const [modules, , page] = await Promise.all([
      bundle(root, fresh),
      declarations(root, join(fresh, "types")),
      manual(root),
    ]);
    await mkdir(join(fresh, "man"));
    await writeFile(join(fresh, "man/checkpoints.1"), page);
    await cp(join(root, "src/help"), join(fresh, "help"), { recursive: true });
    const packages = await bundledPackages(modules);
    await writeFile(join(fresh, "THIRD-PARTY-LICENSES"), await licences(packages));
    await writeFile(join(fresh, "sbom.cdx.json"), sbom(root, packages));
    const files = await publish(
      fresh,
      dist,
      entries.map(({ output }) => output),
      startedAt,
    );
    await sweepLeftovers(dist, files, clean ? 0 : undefined);
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const begin = performance.now();
  await build({ clean: process.argv.includes("--clean") });
  console.log(`dist/ built in ${Math.round(performance.now() - begin)} ms`);
}
