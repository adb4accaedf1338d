/**
 * `keep` patterns as Hermes would record what they name: it writes resolved paths, and people write the ones they type,
 * which may lead through a symlink. A resolved form is only ever added: what is typed keeps what it kept.
 */
import { realPathOrNull } from "../fs/door.ts";

const MAGIC = /[*?[\]{}()!+@]/;

export function keepsAsRecorded(patterns: readonly string[], userHome: string): readonly string[] {
  return patterns.flatMap((pattern) => {
    const typed = /^~(?=$|\/)/.test(pattern) ? userHome.replace(/\/+$/, "") + pattern.slice(1) : pattern;
    const recorded = resolved(typed);
    return recorded === null || recorded === typed ? [pattern] : [pattern, recorded];
  });
}

/** The pattern with the deepest directory of its plain part that exists resolved; null where there is none. */
function resolved(pattern: string): string | null {
  const parts = pattern.split("/");
  const glob = parts.findIndex((part) => MAGIC.test(part));
  for (let count = glob === -1 ? parts.length : glob; count > 1; count--) {
    const real = realPathOrNull(parts.slice(0, count).join("/"));
    if (real !== null) return [real, ...parts.slice(count)].join("/");
  }
  return null;
}
