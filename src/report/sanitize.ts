/**
 * Escapes names that came from a disk. A directory may be called anything: a name with an escape sequence must not move
 * the cursor, one with a bidi override must not reorder the line, one with a newline must not look like two rows, and
 * one with an invisible character must not look like another.
 *
 * Unprintable characters become `\x1b`, `\u202e` or `\u{e0001}`; a byte that is not UTF-8 becomes `\xff`. Backslashes
 * stay as they are, since Windows paths consist of them.
 */
import type { RenderContext } from "./render-context.ts";

const PLAIN = /^(?! )[\x20-\x7e]*(?<! )$/;
const HIDDEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;
/** Spaces that look like the ordinary one; the ideographic one (U+3000) is wide and stays. */
const ODD_SPACE = /[^\P{Zs} \u3000]/u;
/** Joiner and presentation selector are valid only inside an emoji. */
const EMOJI_GLUE = /\u200d|\ufe0f/gu;
const EMOJI = /^\p{Extended_Pictographic}/u;
/** `portable()` in fs/syscalls.ts: the bytes of a path that is not UTF-8. */
const BYTES = "base64:";
const UTF8_SEQUENCE = /[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}/g;

/** Created when first needed: that takes ten milliseconds. */
let graphemes: Intl.Segmenter | null = null;

/** The text, safe to print. */
export function visible(text: string, look: RenderContext): string {
  return isPlain(text) ? text : atomsOf(text, look).join("");
}

/** The same in pieces that must not be cut: a grapheme or a whole escape each. */
export function atomsOf(text: string, look: RenderContext): readonly string[] {
  if (isPlain(text)) return [...text];
  graphemes ??= new Intl.Segmenter("en", { granularity: "grapheme" });
  const atoms: string[] = [];
  for (const { segment } of graphemes.segment(decoded(text))) {
    if (look.unicode && isClean(segment)) atoms.push(segment);
    else for (const character of segment) atoms.push(isShown(character, look) ? character : escaped(character));
  }
  // Leading and trailing spaces would be lost among those of the layout.
  if (atoms[0] === " ") atoms[0] = "\\x20";
  if (atoms.at(-1) === " ") atoms[atoms.length - 1] = "\\x20";
  return atoms;
}

function isPlain(text: string): boolean {
  return PLAIN.test(text) && !text.startsWith(BYTES);
}

function isClean(segment: string): boolean {
  const rest = EMOJI.test(segment) ? segment.replace(EMOJI_GLUE, "") : segment;
  return !HIDDEN.test(rest) && !ODD_SPACE.test(rest);
}

function isShown(character: string, look: RenderContext): boolean {
  return look.unicode ? isClean(character) : /^[\x20-\x7e]$/.test(character);
}

function escaped(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code >= 0xdc80 && code <= 0xdcff) return `\\x${(code - 0xdc00).toString(16)}`;
  if (code < 0x80) return `\\x${code.toString(16).padStart(2, "0")}`;
  return code > 0xffff ? `\\u{${code.toString(16)}}` : `\\u${code.toString(16).padStart(4, "0")}`;
}

/**
 * The text of a portable path: bytes that are not UTF-8 become lone surrogates (as in Python), which `escaped` escapes.
 */
export function decoded(text: string): string {
  if (!text.startsWith(BYTES)) return text;
  const bytes = decodeBase64(text.slice(BYTES.length));
  if (bytes === null) return text;
  let shown = "";
  let at = 0;
  for (const match of bytes.matchAll(UTF8_SEQUENCE)) {
    shown += lone(bytes.slice(at, match.index)) + sequence(match[0]);
    at = match.index + match[0].length;
  }
  return shown + lone(bytes.slice(at));
}

function sequence(bytes: string): string {
  const text = new TextDecoder().decode(Uint8Array.from(bytes, (byte) => byte.charCodeAt(0)));
  return text.includes("\ufffd") ? lone(bytes) : text;
}

function lone(bytes: string): string {
  return bytes.replaceAll(/[\x80-\xff]/g, (byte) => String.fromCharCode(0xdc00 + byte.charCodeAt(0)));
}

function decodeBase64(text: string): string | null {
  return /^[A-Za-z0-9+/]+={0,2}$/.test(text) && text.length % 4 === 0 ? atob(text) : null;
}
