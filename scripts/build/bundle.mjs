/** The JavaScript of dist/: which files it has, and what each may bring along. */
import { readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { dirname, join, relative, resolve } from "node:path";
import { rolldown } from "rolldown";
import { lateFiles, lateModules } from "./late.mjs";
import { reportPage } from "./report-page.mjs";

/**
 * `alone` entries share no chunks and become one file each: the hook, because importing it must cost nothing, and the
 * worker, because a thread should load one file and not search its way through chunks. What a thread hardly ever needs
 * (`lazily`), and what the others import with `await import()`, stays in chunks of its own, so that each loads only what
 * it needs. `signed` files begin with the line that src/fs/own-file.ts looks for before it starts one. `late`: packages are
 * loaded from files of their own where they are first called (late.mjs).
 */
export const entries = [
  { source: "src/index.ts", output: "index.js", alone: false, late: true },
  { source: "src/cli/start.ts", output: "cli.js", alone: false, late: true },
  { source: "src/hook.ts", output: "hook.js", alone: true },
  { source: "src/housekeeping.ts", output: "housekeeping.js", alone: true },
  { source: "src/worker.ts", output: "worker.js", alone: true, lazily: true, signed: true, late: true },
  { source: "src/resolve/probe.ts", output: "probe.js", alone: true, signed: true },
  ...lateFiles.map((file) => ({ ...file, alone: true, format: "cjs" })),
];

/** Bundles every entry from `root` into `outDir`; returns the paths of all modules that went in. */
export async function bundle(root, outDir) {
  const together = entries.filter(({ alone }) => !alone);
  const groups = [together, ...entries.filter(({ alone }) => alone).map((entry) => [entry])];
  const page = await reportPage(root);
  const chunks = (await Promise.all(groups.map((group) => bundleGroup(root, outDir, group, page)))).flat();
  refuseForeignImports(chunks);
  return new Set(chunks.flatMap(({ moduleIds }) => moduleIds));
}

/**
 * The engine keeps the text of a module as long as it runs, in two bytes a character where one of them is not Latin-1, and each
 * thread has its own: so comments and white space stay out, and such characters are escaped. Names stay, for stack traces.
 */
const COMPACT = { compress: false, mangle: false, codegen: { removeWhitespace: true } };

/** After comments were left out: a first line that is one, and the rest in Latin-1. */
function finishing(/** @type {string | null} */ firstLine) {
  return {
    name: "finishing",
    generateBundle(_, bundle) {
      for (const chunk of Object.values(bundle)) {
        if (chunk.type !== "chunk") continue;
        const code = chunk.code.replace(/[^\0-\xff]/g, escaped);
        chunk.code = firstLine === null ? code : `${firstLine}\n${code}`;
        // One line further down.
        if (firstLine !== null && chunk.map !== null) chunk.map.mappings = `;${chunk.map.mappings}`;
      }
    },
  };
}

function escaped(unit) {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

async function bundleGroup(root, outDir, group, page) {
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const alone = group.every((entry) => entry.alone);
  const graph = new Map();
  const input = await rolldown({
    plugins: [
      { name: "graph", moduleParsed: ({ id, importedIds }) => void graph.set(id, importedIds) },
      lateModules({ packages: group.some(({ late }) => late), library: join(root, "src/index.ts") }),
      finishing(group.some(({ signed }) => signed) ? `// checkpoint-gc ${version}` : null),
    ],
    cwd: root,
    input: Object.fromEntries(group.map(({ source, output }) => [output.replace(/\.c?js$/, ""), source])),
    platform: "node",
    // Its build for browsers consists of modules: only what is used goes in, and nothing is wrapped in a function, which
    // saves two thirds of what loading it costs.
    resolve: { alias: { yaml: join(root, "node_modules/yaml/browser/dist/index.js") } },
    transform: {
      target: "node20.19",
      define: {
        __VERSION__: JSON.stringify(version),
        __DIST__: "import.meta.url",
        __REPORT_PAGE__: JSON.stringify(page),
      },
    },
    onLog(level, log, print) {
      // A package that guards an optional `require` is no news; what a file of ours imports and nothing has is an error.
      if (["UNRESOLVED_IMPORT", "IMPORT_IS_UNDEFINED"].includes(log.code ?? "") && !log.id?.includes("node_modules"))
        throw new Error(log.message);
      if (!log.id?.includes("node_modules") && !log.message.includes("node_modules")) print(level, log);
    },
  });
  const { output } = await input.write({
    dir: outDir,
    format: group[0].format ?? "esm",
    entryFileNames: group[0].format === "cjs" ? "[name].cjs" : "[name].js",
    // All in one folder: a chunk finds a worker beside itself whichever chunk it ended up in.
    chunkFileNames: "[name]-[hash].js",
    // For stack traces from users; without a comment that names it, nothing loads it by itself.
    sourcemap: "hidden",
    // Rolldown counts from the directory of this build, which lies in dist/.
    sourcemapPathTransform: (source, map) => relative(join(root, "dist"), resolve(dirname(map), source)),
    // Importing the hook is part of every start of an agent: less text is less to parse.
    minify: group.some(({ source }) => source === "src/hook.ts") ? true : COMPACT,
    codeSplitting: alone ? group.some(({ lazily }) => lazily) : { groups: chunkGroups(root, graph) },
  });
  await input.close();
  return output.filter((file) => file.type === "chunk");
}

/**
 * What is needed together is one file: to find, open and compile a module of its own costs a start more than the text of
 * most of ours. First what answers an automatic run with nothing to do, then the command line itself, then what every
 * command that looks at repos needs. The rest stays in chunks of its own, loaded where it is wanted.
 */
const together = [
  { name: "start", of: ["cli/start.ts"] },
  { name: "command-line", of: ["cli/main.ts"] },
  { name: "everyday", of: ["cli/commands/status.ts", "cli/commands/prune.ts", "cli/commands/auto.ts", "cli/texts.ts"] },
];

/** `graph`: what each module imports statically, complete when the first test is asked. */
function chunkGroups(root, graph) {
  const taken = new Map();
  const sort = () => {
    for (const { name, of } of together) {
      const waiting = of.map((file) => join(root, "src", file));
      for (const id of waiting) {
        if (taken.has(id)) continue;
        taken.set(id, name);
        waiting.push(...(graph.get(id) ?? []));
      }
    }
  };
  return together.map(({ name }) => ({
    name,
    test: (id) => {
      if (taken.size === 0) sort();
      return taken.get(id) === name;
    },
  }));
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
