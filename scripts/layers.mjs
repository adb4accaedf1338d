/**
 * Checks src/ against scripts/layers.table.mjs and looks for import cycles.
 *
 *     node scripts/layers.mjs [directory of sources]
 *
 * Every finding is one line, `file:line: rule: sentence`, with one of the rules
 *   part    the file belongs to no part of the table
 *   layer   a part imports a part or a package that its row does not list
 *   door    a package with a door of its own is imported past the door
 *   foreign what touches paths of others without a deadline is imported past its guard
 *   pure    a pure part asks for the time, the environment or chance
 *   errno   a failed call is passed over whatever its errno is
 *   account the name or home of the user is asked for where no fallback is made
 *   agent   an agent is named outside its folder and the lists of agents
 *   cycle   files import each other in a circle; types count, since they tie files together for the reader as well
 *   lost    a relative import leads to no file
 */
import { readFileSync, readdirSync } from "node:fs";
import { isBuiltin } from "node:module";
import { dirname, join, posix, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { importsOf, lineAt, parse, walk } from "./imports.mjs";
import { account, agents, anyErrno, doors, foreign, parts, pure } from "./layers.table.mjs";

const ambient = new Set(
  "process console performance globalThis global fetch setTimeout setInterval setImmediate queueMicrotask crypto require".split(
    " ",
  ),
);

const directory = resolve(process.argv[2] ?? fileURLToPath(new URL("../src", import.meta.url)));
const shown = relative(process.cwd(), directory).split(sep).join("/") || ".";
const files = readSources(directory);
const findings = [...files].flatMap(([name, file]) => [
  ...misplaced(name),
  ...file.imports.flatMap((each) => [...judgeImport(name, each), ...unguarded(name, each)]),
  ...(pure.includes(partOf(name)) ? ambientUses(file) : []),
  ...(name === anyErrno.file ? [] : swallowed(file)),
  ...(account.files.includes(name) ? [] : accountUses(file)),
  ...(agents.named.some((place) => name === place || name.startsWith(place)) ? [] : agentNames(file)),
]);
findings.push(...cycles(files));

for (const { name, line, rule, sentence } of findings.toSorted((a, b) =>
  a.name < b.name ? -1 : a.name > b.name ? 1 : a.line - b.line,
)) {
  console.log(`${shown}/${name}:${line}: ${rule}: ${sentence}`);
}
console.log(`${files.size} files, ${findings.length} findings`);
process.exitCode = findings.length > 0 ? 1 : 0;

function readSources(root) {
  const sources = new Map();
  for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !entry.name.endsWith(".ts") || entry.name.endsWith(".d.ts")) continue;
    const path = join(entry.parentPath, entry.name);
    const name = relative(root, path).split(sep).join("/");
    const source = readFileSync(path, "utf8");
    const imports = importsOf(path, source).map(({ specifier, line, names }) => ({
      specifier,
      line,
      names,
      target: targetOf(name, specifier),
    }));
    sources.set(name, { name, path, source, imports });
  }
  return sources;
}

/** The file that a relative import leads to, relative to the sources; nothing for a package. */
function targetOf(name, specifier) {
  return specifier.startsWith(".") ? posix.join(dirname(name), specifier) : undefined;
}

function partOf(name) {
  return name.split("/")[0] ?? name;
}

function misplaced(name) {
  const part = partOf(name);
  return part in parts
    ? []
    : [{ name, line: 1, rule: "part", sentence: `"${part}" has no row in scripts/layers.table.mjs` }];
}

function judgeImport(name, { specifier, line, target }) {
  const part = partOf(name);
  const finding = (rule, sentence) => [{ name, line, rule, sentence }];
  if (target !== undefined) {
    if (!files.has(target)) return finding("lost", `there is no ${target}`);
    const other = partOf(target);
    return other === part || allows(part, other) ? [] : finding("layer", `${part} may not import ${other} (${target})`);
  }
  const wanted = packageOf(specifier);
  const keepers = doors[wanted];
  if (keepers !== undefined && !keepers.includes(part)) {
    return finding("door", `only ${keepers.join(" and ")} may import ${wanted}, not ${part}`);
  }
  return allows(part, wanted) ? [] : finding("layer", `${part} may not import ${wanted}`);
}

/** Whole modules may be used inside the part that they are in; what they guard is asked for by name. */
function unguarded(name, { target, names, line }) {
  return Object.entries(foreign).flatMap(([guarded, { from, by }]) => {
    if (target !== from || by.includes(name) || name === from) return [];
    if (names !== null && !names.includes(guarded)) return [];
    const sentence = `only ${by.join(", ")} may use ${guarded} of ${from}: other paths are asked for in resolve/foreign.ts`;
    return [{ name, line, rule: "foreign", sentence }];
  });
}

/** Anywhere in the text, comments included: what only one agent does is described in its folder. */
function agentNames({ name, source }) {
  return source.split("\n").flatMap((text, at) => {
    const words = wordsOf(text);
    const found = agents.names.find((agent) => words.has(agent));
    const sentence = `only ${agents.named.join(", ")} may name ${found}: let the agent tell it (agents/agent.ts)`;
    return found === undefined ? [] : [{ name, line: at + 1, rule: "agent", sentence }];
  });
}

/** Words, and those that a name is made of (`theirBase`, `THEIR_BASE`): a short name is in the middle of many others. */
function wordsOf(text) {
  const words = (text.match(/[A-Z]?[a-z]+|[A-Z]+(?![a-z])/g) ?? []).map((word) => word.toLowerCase());
  // A name may be written as two.
  return new Set([...words, ...words.map((word, at) => word + (words[at + 1] ?? ""))]);
}

/** A part without a row has been reported as such, once; its imports would only repeat it. */
function allows(part, wanted) {
  const row = parts[part];
  if (row === undefined) return true;
  if (!Array.isArray(row)) return !row.everythingBut.includes(wanted);
  return row.includes(wanted) || (wanted.startsWith("node:") && row.includes("node:*"));
}

function packageOf(specifier) {
  if (isBuiltin(specifier)) return specifier.startsWith("node:") ? specifier : `node:${specifier}`;
  return specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
}

function ambientUses({ name, path, source }) {
  const found = [];
  walk(parse(path, source), (node, parent) => {
    const use = ambientUse(node, parent);
    if (use !== undefined) {
      found.push({
        name,
        line: lineAt(source, node.start),
        rule: "pure",
        sentence: `${partOf(name)} is pure and may not use ${use}`,
      });
    }
  });
  return found;
}

function ambientUse(node, parent) {
  if (node.type === "MemberExpression" && node.object.type === "Identifier" && node.property.type === "Identifier") {
    const use = `${node.object.name}.${node.property.name}`;
    if (use === "Date.now" || use === "Math.random") return use;
  }
  const isDate = node.callee?.type === "Identifier" && node.callee.name === "Date";
  if (isDate && (node.type === "CallExpression" || node.arguments.length === 0)) return "the current Date";
  if (node.type === "Identifier" && ambient.has(node.name) && !isName(node, parent)) return node.name;
  return undefined;
}

/** `errnoOf(error) === null` as a check of its own, or an errno that is asked for and told to nobody. */
function swallowed({ name, path, source }) {
  const found = [];
  const calls = (node, callee) => node.type === "CallExpression" && node.callee.name === callee;
  walk(parse(path, source), (node) => {
    const compares = node.type === "BinaryExpression" && calls(node.left, anyErrno.name) && node.right.value === null;
    const drops = node.type === "ExpressionStatement" && calls(node.expression, anyErrno.told);
    if (!compares && !drops) return;
    const sentence = "name the errnos that are expected (expectErrno), or tell the errno (systemCode)";
    found.push({ name, line: lineAt(source, node.start), rule: "errno", sentence });
  });
  return found;
}

/** The names are unusual enough to be looked for as such: imported, through `os.`, or destructured. */
function accountUses({ name, path, source }) {
  const found = [];
  walk(parse(path, source), (node) => {
    if (node.type !== "Identifier" || !account.names.includes(node.name)) return;
    const sentence = `only ${account.files.join(" and ")} may use os.${node.name}(), which throws without a passwd entry`;
    found.push({ name, line: lineAt(source, node.start), rule: "account", sentence });
  });
  // An import names it twice, as what it is there and as what it is here.
  return found.filter((one, at) => found.findIndex(({ line }) => line === one.line) === at);
}

/** `report.process` and `{ process: 1 }` name a property. */
function isName(node, parent) {
  if (parent?.type === "MemberExpression") return parent.property === node && !parent.computed;
  if (parent?.type === "Property") return parent.key === node && !parent.computed && !parent.shorthand;
  return parent?.type === "TSPropertySignature" && parent.key === node;
}

/** Every circle once, as the path around it; found by a walk in depth that remembers the way it came. */
function cycles(sources) {
  const found = [];
  const done = new Set();
  const way = [];
  const visit = (name) => {
    const at = way.indexOf(name);
    if (at !== -1) {
      const circle = [...way.slice(at), name];
      const { line } = sources.get(way.at(-1)).imports.find(({ target }) => target === name);
      found.push({ name: way.at(-1), line, rule: "cycle", sentence: circle.join(" -> ") });
      return;
    }
    if (done.has(name)) return;
    way.push(name);
    for (const { target } of sources.get(name).imports) {
      if (target !== undefined && sources.has(target)) visit(target);
    }
    way.pop();
    done.add(name);
  };
  for (const name of sources.keys()) visit(name);
  return found;
}
