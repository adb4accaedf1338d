/**
 * Joins declaration files into one. Only what the entry exports, and what that refers to, is kept; only the former is
 * exported. It renames nothing: two declarations of one name that are both needed are an error, and so is any form
 * that it does not know, such as `import * as` or a type of a package.
 */
import { isBuiltin } from "node:module";
import { dirname, resolve } from "node:path";
import { parse, walk } from "../imports.mjs";

/** `entry`: an absolute path; `read`: gives the text of one. Returns the text of the joined file. */
export async function rollUp(entry, read) {
  const modules = new Map();
  await load(entry);
  const kept = new Map();
  /** @type {Set<string>} */
  const builtins = new Set();
  // `export type *` reaches values too, which the JavaScript does not export.
  const shown = exportsOf(entry).filter(({ typeOnly, isValue }) => !(typeOnly && isValue));
  const exported = shown.map(({ name, path, local, isValue }) => ({ name, local: keep(path, local), isValue }));

  const parts = [...modules.values()].flatMap(({ statements }) => statements.filter((each) => each.needed));
  const head = /^\/\*\*[^]*?\*\//.exec(modules.get(entry).source)?.[0] ?? "";
  const names = exported.map(({ name, local, isValue }) => {
    return `${isValue ? "" : "type "}${name === local ? name : `${local} as ${name}`}`;
  });
  return [
    ...(head === "" ? [] : [head]),
    ...builtins,
    ...parts.map(({ text }) => text),
    `export { ${names.toSorted().join(", ")} };\n`,
  ].join("\n");

  async function load(path) {
    if (modules.has(path)) return;
    const module = moduleOf(path, await read(path));
    modules.set(path, module);
    for (const { from } of [...module.imports.values(), ...module.reexports]) {
      if (!isBuiltin(from)) await load(from);
    }
  }

  /** Marks a declaration and all that it refers to; returns its name. */
  function keep(path, name) {
    const module = modules.get(path);
    const imported = module.imports.get(name);
    if (imported !== undefined) {
      if (isBuiltin(imported.from)) {
        builtins.add(`import type { ${imported.name} } from "${imported.from}";`);
        return imported.name;
      }
      const found = exportsOf(imported.from).find((each) => each.name === imported.name);
      if (found === undefined) throw new Error(`${imported.from} does not export ${imported.name}`);
      return keep(found.path, found.local);
    }
    const declared = module.statements.filter((each) => each.name === name);
    // What is declared nowhere is a global, such as Date.
    if (declared.length === 0) return name;
    if ((kept.get(name) ?? path) !== path) {
      throw new Error(`the public types need two declarations of ${name}: in ${kept.get(name)} and ${path}`);
    }
    kept.set(name, path);
    for (const statement of declared.filter((each) => !each.needed)) {
      statement.needed = true;
      for (const used of statement.uses) {
        const local = keep(path, used);
        if (local !== used) throw new Error(`${path} imports ${local} as ${used}: use one name`);
      }
    }
    return name;
  }

  /** What can be imported from a file: by which name, and where it is declared. */
  function exportsOf(path) {
    const { statements, reexports } = modules.get(path);
    const declared = statements.filter((each) => each.exported);
    const own = new Map(
      declared.map(({ name, isValue }) => [name, { name, path, local: name, isValue, typeOnly: false }]),
    );
    for (const { from, names, typeOnly } of reexports) {
      const theirs = exportsOf(from);
      for (const [imported, name] of names ?? theirs.map((each) => [each.name, each.name])) {
        const found = theirs.find((each) => each.name === imported);
        if (found === undefined) throw new Error(`${from} does not export ${imported}`);
        own.set(name, { ...found, name, typeOnly: typeOnly ? true : found.typeOnly });
      }
    }
    return [...own.values()];
  }
}

function moduleOf(path, source) {
  const imports = new Map();
  const reexports = [];
  const statements = [];
  let end = 0;
  for (const node of parse(path, source).body) {
    const before = source.slice(end, node.start);
    end = node.end;
    if (node.type === "ImportDeclaration") {
      for (const each of node.specifiers) {
        if (each.type !== "ImportSpecifier") throw new Error(`${path}: only imports by name can be joined`);
        imports.set(each.local.name, { from: target(path, node.source.value), name: nameIn(each.imported) });
      }
    } else if (node.type === "ExportAllDeclaration") {
      reexports.push({ from: target(path, node.source.value), names: null, typeOnly: node.exportKind === "type" });
    } else if (node.type === "ExportNamedDeclaration" && node.declaration === null) {
      const names = node.specifiers.map(({ local, exported }) => [nameIn(local), nameIn(exported)]);
      const typeOnly = node.exportKind === "type";
      if (node.source !== null) reexports.push({ from: target(path, node.source.value), names, typeOnly });
      else if (names.length > 0) throw new Error(`${path}: export a declaration where it is declared`);
    } else {
      statements.push(statementOf(path, source, node, before));
    }
  }
  return { source, imports, reexports, statements };
}

function statementOf(path, source, node, before) {
  const exported = node.type === "ExportNamedDeclaration";
  const declaration = exported ? node.declaration : node;
  const name = (declaration.id ?? declaration.declarations?.[0]?.id)?.name;
  if (typeof name !== "string") throw new Error(`${path}: a ${declaration.type} cannot be joined`);
  const uses = new Set();
  walk(declaration, (each) => {
    if (each.type === "TSImportType") throw new Error(`${path}: ${name} is inferred from an import; name its type`);
    if (each.type === "Identifier") uses.add(each.name);
  });
  uses.delete(name);
  const comment = /\/\*\*(?:(?!\*\/)[^])*\*\/\s*$/.exec(before)?.[0].trimEnd();
  const code = source.slice(declaration.start, declaration.end);
  // A value is declared once, whether its statement was exported or not.
  const text = /^(?:declare|interface|type)\b/.test(code) ? code : `declare ${code}`;
  const isValue = !/^(?:TSInterface|TSTypeAlias)Declaration$/.test(declaration.type);
  return { name, exported, isValue, uses, needed: false, text: comment === undefined ? text : `${comment}\n${text}` };
}

/** Of an identifier; a name may also be a string in quotes. */
function nameIn(node) {
  return node.type === "Literal" ? node.value : node.name;
}

function target(path, specifier) {
  if (isBuiltin(specifier)) return specifier;
  if (specifier.startsWith(".")) return resolve(dirname(path), specifier.replace(/(\.d)?\.[jt]s$/, ".d.ts"));
  throw new Error(`the public types mention "${specifier}" (in ${path}), which is not installed with the package`);
}
