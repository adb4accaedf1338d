/**
 * What is loaded where it is first called, and not at the start: to read the text of a package costs a start more than most
 * of what it then does. The sources import these like any other module; the bundle gets functions of the same names, which
 * load the module and pass the call on. So nothing may call them while modules are evaluated: test/speed/start.test.ts
 * watches over that.
 */
import { isBuiltin } from "node:module";

/** Built-ins that load much of Node, with those of their functions that are used. One that is missing fails the build. */
const BUILTINS = {
  "node:child_process": ["spawn", "spawnSync"],
  "node:crypto": ["createHash", "randomBytes", "randomUUID"],
};

const ZOD = `
  array boolean config enum exactOptional gte int literal looseObject maximum minLength minimum nonnegative
  nullable number object optional partialRecord pipe record regex startsWith strictObject string transform tuple
  undefined union unknown
`
  .trim()
  .split(/\s+/);

/**
 * Packages by the name of their file in dist/ without its ending, with those of their functions that are used. Those of one
 * file share their modules. The files are CommonJS, since a call cannot wait.
 */
const PACKAGES = {
  "yaml": {
    yaml: ["isAlias", "isMap", "isPair", "isScalar", "isSeq", "Lexer", "parseDocument", "Parser", "visit"],
  },
  "zod": {
    "zod/mini": ZOD,
    "zod/locales": ["en"],
  },
  "picomatch": { picomatch: ["default"] },
  "string-width": { "string-width": ["default"] },
};

/**
 * A host that bundles the library leaves our files behind, so the library holds what its own runs need. Not string-width,
 * which takes 40 ms, and is for tables with names that are not plain.
 */
const HELD = ["yaml", "zod/mini", "zod/locales", "picomatch"];

const FUNCTIONS = Object.assign({}, ...Object.values(PACKAGES));
const FILES = Object.fromEntries(
  Object.entries(PACKAGES).flatMap(([file, packages]) => Object.keys(packages).map((name) => [name, file])),
);

const [HELPER, HOLD, LATE, FILE] = ["\0late-helper", "\0late-hold", "\0late:", "\0late-file:"];

/** The files of the packages, as entries of a build; they are found by their names beside the file that loads them. */
export const lateFiles = Object.keys(PACKAGES).map((file) => ({ source: FILE + file, output: `${file}.cjs` }));

/**
 * `packages`: whether packages are late too, or the built-ins alone. `library`: the source file of the library, which then
 * imports what it holds.
 */
export function lateModules({ packages, library }) {
  return {
    name: "late-modules",
    resolveId(name, importer) {
      if (name.startsWith("\0late")) return name;
      if (Object.hasOwn(BUILTINS, name)) return LATE + name;
      const isReal = importer === HOLD || importer?.startsWith(FILE);
      return packages && !isReal && Object.hasOwn(FUNCTIONS, name) ? LATE + name : null;
    },
    async load(id) {
      if (id === HELPER) return helper;
      if (id === HOLD) return holding();
      if (id.startsWith(FILE)) return fileOf(PACKAGES[id.slice(FILE.length)]);
      if (!id.startsWith(LATE)) return null;
      const name = id.slice(LATE.length);
      return isBuiltin(name) ? builtin(name) : await stubs(name);
    },
    transform: (code, id) => (packages && id === library ? `import ${JSON.stringify(HOLD)};\n${code}` : null),
  };
}

const helper = `
import { createRequire } from "node:module";
const held = {};
export const hold = (name, functions) => void (held[name] = functions);
export const get = (name, file) => (held[name] ??= createRequire(import.meta.url)(file)[name]);
export function late(load, keys) {
  function stub(...args) {
    return new.target === undefined ? load()(...args) : Reflect.construct(load(), args);
  }
  for (const key of keys) Object.defineProperty(stub, key, { get: () => load()[key] });
  return stub;
}
`;

function builtin(name) {
  return BUILTINS[name]
    .map((each) => `export const ${each} = (...args) => process.getBuiltinModule("${name}").${each}(...args);`)
    .join("\n");
}

/** With the properties that some functions have beside what they do. */
async function stubs(name) {
  const real = await import(name);
  const load = `get(${JSON.stringify(name)}, ${JSON.stringify(`./${FILES[name]}.cjs`)})`;
  const lines = FUNCTIONS[name].map((each, n) => {
    const keys = JSON.stringify(Object.keys(real[each]));
    return `const f${n} = /* @__PURE__ */ late(() => ${load}[${JSON.stringify(each)}], ${keys});\nexport { f${n} as ${each} };`;
  });
  return [`import { get, late } from ${JSON.stringify(HELPER)};`, ...lines].join("\n");
}

function fileOf(packages) {
  const parts = Object.keys(packages).map((name, n) => {
    return `${imported(name, `p${n}_`)}\nconst p${n} = ${functionsOf(name, `p${n}_`)};`;
  });
  const names = Object.keys(packages).map((name, n) => `p${n} as ${JSON.stringify(name)}`);
  return [...parts, `export { ${names.join(", ")} };`].join("\n");
}

function holding() {
  const parts = HELD.map((name, n) => {
    return `${imported(name, `p${n}_`)}\nhold(${JSON.stringify(name)}, ${functionsOf(name, `p${n}_`)});`;
  });
  return [`import { hold } from ${JSON.stringify(HELPER)};`, ...parts].join("\n");
}

function imported(name, prefix) {
  const names = FUNCTIONS[name].map((each, n) => `${each} as ${prefix}${n}`);
  return `import { ${names.join(", ")} } from ${JSON.stringify(name)};`;
}

function functionsOf(name, prefix) {
  return `{ ${FUNCTIONS[name].map((each, n) => `${JSON.stringify(each)}: ${prefix}${n}`).join(", ")} }`;
}
