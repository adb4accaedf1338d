import picomatch from "picomatch";
import { messageOf } from "../errors.ts";

/** How a pattern may begin: `/`, `~`, `~/`, `**`, or on Windows a drive or a share. Recorded workdirs are absolute. */
const ANCHORED = /^(?:\/|~$|~[/\\]|\*\*$|\*\*[/\\]|[A-Za-z]:[/\\]|\\\\)/;

/** A component that no recorded workdir can have, since they are recorded resolved. */
const UNRESOLVED = /[/\\]\.{1,2}(?:[/\\]|$)/;

/** Linux supports no longer path, so no longer pattern matches one. */
const MAX_LENGTH = 4096;

/**
 * Ten thousand nested brackets make V8 end the process while it compiles them; a real pattern has far fewer than a
 * hundred.
 */
const MAX_BRACKETS = 100;

const START = 'a path or glob that begins with "/", "~/" or "**/"';

/**
 * What a `keep` pattern should have been, or null for a good one. Everything refused here is a pattern that would match
 * nothing and so silently protect nothing.
 */
export function checkKeepPattern(pattern: string): string | null {
  if (pattern.trim() === "") return `expected ${START}`;
  // `keep: |` with one pattern per line is a single string in YAML.
  if (/[\0\r\n]/.test(pattern)) return "expected one pattern on one line; several are a list";
  if (pattern !== pattern.trim()) return "expected no space at its ends; a space that is part of the name is [ ]";
  if (/^~[^/\\]/.test(pattern)) return 'expected "~/" or an absolute path; other people\'s homes are not looked up';
  if (!ANCHORED.test(pattern)) return `expected ${START}`;
  if (UNRESOLVED.test(pattern)) return 'expected a path without "." and ".." parts, as workdirs are recorded';
  if (pattern.length > MAX_LENGTH) return `expected at most ${MAX_LENGTH} characters`;
  if (pattern.split(/[[({]/).length - 1 > MAX_BRACKETS) return `expected at most ${MAX_BRACKETS} brackets`;
  return checkGlob(pattern);
}

function checkGlob(pattern: string): string | null {
  const unbalanced = 'expected every bracket to have its partner, or a "\\" before it';
  // picomatch treats an unmatched `}` as literal even in strict mode.
  if (!bracesBalance(pattern)) return unbalanced;
  try {
    // Without `debug` an expression that does not compile becomes one that never matches; a fast path checks nothing.
    picomatch.makeRe(pattern, { debug: true, strictBrackets: true, fastpaths: false });
    return null;
  } catch (error) {
    return /^Missing (?:opening|closing)/.test(messageOf(error)) ? unbalanced : `expected a glob (${messageOf(error)})`;
  }
}

/** Whether each `}` closes a `{`, leaving out escaped ones and those inside a character class. */
function bracesBalance(pattern: string): boolean {
  const bare = pattern.replaceAll(/\\./g, "").replaceAll(/\[[!^]?\]?[^\]]*\]/g, "");
  let depth = 0;
  for (const character of bare) {
    if (character === "{") depth += 1;
    if (character === "}") depth -= 1;
    if (depth < 0) return false;
  }
  return depth === 0;
}
