/** Commands to type that name something: no name is read by a shell, or taken for an option. */
import { operands, shellWord } from "./paths.ts";
import { command, type RenderContext } from "./render-context.ts";
import { visible } from "./sanitize.ts";

/** `checkpoints WORDS NAMES OPTIONS`, with the flags that apply here. Names as they are; they are quoted here. */
export function commandOn(
  words: string,
  names: readonly string[],
  look: RenderContext,
  options: readonly string[] = [],
): string {
  const { first, last } = operands(names.map((name) => shellWord(visible(name, look))));
  const line = command([words, ...first, ...options].join(" "), look);
  return [line, ...last].join(" ");
}
