/** What the HTML report contains beside its contents: a style sheet and one script, as text. */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { rolldown } from "rolldown";

/** In the order in which a later one overrides an earlier one. */
const STYLES = ["page", "map", "tables", "narrow"];

/** Files that go into the report and into no chunk: `src/browser/`. */
export async function reportPage(root) {
  const input = await rolldown({ cwd: root, input: "src/browser/main.ts", platform: "browser" });
  const { output } = await input.generate({ format: "iife", minify: true });
  await input.close();
  const script = output[0].code.trim();
  const sheets = STYLES.map((name) => readFile(join(root, "src/browser/styles", `${name}.css`), "utf8"));
  const style = minified((await Promise.all(sheets)).join(""));
  // Either would end the element that it is in.
  if (/<\/?script|<!--|-->/i.test(script) || /</.test(style)) throw new Error("the report cannot contain this as text");
  return { style, styleHash: hashOf(style), script, scriptHash: hashOf(script) };
}

/** Without comments and line breaks, for which no parser is needed. */
function minified(css) {
  return css
    .replaceAll(/\/\*[^]*?\*\//g, "")
    .replaceAll(/\s*\n\s*/g, "\n")
    .replaceAll(/(?<=[{};,])\n|\n(?=\})/g, "")
    .trim();
}

function hashOf(text) {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}
