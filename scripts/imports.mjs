/** Reads what a TypeScript file imports, in any of the ways in which it can: from its syntax tree, not by pattern. */
import { parseSync } from "rolldown/utils";

/**
 * Every import of `source`: static, dynamic, re-export, type-only and `import("...")` in a type. `names`: what of it by
 * name; null where all of it may be used (a namespace, `export *`, a dynamic import).
 * @returns {{ specifier: string, line: number, names: string[] | null }[]}
 */
export function importsOf(path, source) {
  const imports = [];
  walk(parse(path, source), (node) => {
    const literal = importSource(node);
    if (literal?.type === "Literal" && typeof literal.value === "string") {
      imports.push({ specifier: literal.value, line: lineAt(source, literal.start), names: namesIn(node) });
    }
  });
  return imports;
}

export function parse(path, source) {
  const { program, errors } = parseSync(path, source);
  const [error] = errors;
  if (error !== undefined) throw new Error(`${path}: ${error.message}`);
  return program;
}

/** Calls `visit` with every node and its parent, parents first. */
export function walk(node, visit, parent) {
  visit(node, parent);
  for (const value of Object.values(node)) {
    for (const child of Array.isArray(value) ? value : [value]) {
      if (child !== null && typeof child === "object" && typeof child.type === "string") walk(child, visit, node);
    }
  }
}

export function lineAt(source, offset) {
  return source.slice(0, offset).split("\n").length;
}

function namesIn({ type, specifiers }) {
  if (type !== "ImportDeclaration" && type !== "ExportNamedDeclaration") return null;
  const names = specifiers.map((each) =>
    each.type === "ImportDefaultSpecifier" ? "default" : (each.imported ?? each.local),
  );
  if (specifiers.some((each) => each.type === "ImportNamespaceSpecifier")) return null;
  return names.map((name) => (typeof name === "string" ? name : (name.name ?? name.value)));
}

function importSource(node) {
  switch (node.type) {
    case "ImportDeclaration":
    case "ExportNamedDeclaration":
    case "ExportAllDeclaration":
    case "ImportExpression":
    case "TSImportType":
      return node.source;
    case "TSExternalModuleReference":
      return node.expression;
    default:
      return undefined;
  }
}
