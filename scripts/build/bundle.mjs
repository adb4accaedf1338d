/** The JavaScript of dist/: which files it has, and what each may bring along. */
import { readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { join } from "node:path";
import { rolldown } from "rolldown";

/**
 * `alone` entries share no chunks and become one file each: the hook, because importing it must cost nothing, and the
 * worker, because a thread should load one file and not search its way through chunks. What a thread hardly ever needs
 * (`lazily`), and what the others import with `await import()`, stays in chunks of its own, so that each loads only what
 * it needs.
 */
export const entries = [
  { source: "src/index.ts", output: "index.js", alone: false },
  { source: "src/cli/start.ts", output: "cli.js", alone: false },
  { source: "src/hook.ts", output: "hook.js", alone: true },
  { source: "src/housekeeping.ts", output: "housekeeping.js", alone: true },
  { source: "src/worker.ts", output: "worker.js", alone: true, lazily: true },
  { source: "src/resolve/probe.ts", output: "probe.js", alone: true },
];

/** Bundles every entry from `root` into `outDir`; returns the paths of all modules that went in. */
export async function bundle(root, outDir) {
  const together = entries.filter(({ alone }) => !alone);
  const groups = [together, ...entries.filter(({ alone }) => alone).map((entry) => [entry])];
  const chunks = (await Promise.all(groups.map((group) => bundleGroup(root, outDir, group)))).flat();
  refuseForeignImports(chunks);
  return new Set(chunks.flatMap(({ moduleIds }) => moduleIds));
}

async function bundleGroup(root, outDir, group) {
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const input = await rolldown({
    cwd: root,
    input: Object.fromEntries(group.map(({ source, output }) => [output.slice(0, -".js".length), source])),
    platform: "node",
    transform: {
      target: "node20.19",
      define: { __VERSION__: JSON.stringify(version), __DIST__: "import.meta.url" },
    },
    onLog(level, log, print) {
      // A package that guards an optional `require` is no news; a file of ours that cannot be resolved is an error.
      if (log.code === "UNRESOLVED_IMPORT" && !log.id?.includes("node_modules")) throw new Error(log.message);
      if (!log.id?.includes("node_modules") && !log.message.includes("node_modules")) print(level, log);
    },
  });
  const alone = group.every((entry) => entry.alone);
  const { output } = await input.write({
    dir: outDir,
    format: "esm",
    // All in one folder: a chunk finds a worker beside itself whichever chunk it ended up in.
    chunkFileNames: "[name]-[hash].js",
    // Importing the hook is part of every start of an agent: less text is less to parse.
    minify: group.some(({ source }) => source === "src/hook.ts"),
    ...(alone && !group.some(({ lazily }) => lazily) ? { codeSplitting: false } : {}),
  });
  await input.close();
  return output.filter((file) => file.type === "chunk");
}

/** The package has no dependencies, so a bare import that survived bundling would fail on the user's machine. */
function refuseForeignImports(chunks) {
  const own = new Set(chunks.map(({ fileName }) => fileName));
  for (const chunk of chunks) {
    for (const name of [...chunk.imports, ...chunk.dynamicImports]) {
      if (isBuiltin(name) || own.has(name)) continue;
      throw new Error(`${chunk.fileName} still imports ${name}: bundle it, or make it a dependency`);
    }
  }
}
