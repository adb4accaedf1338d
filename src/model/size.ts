/**
 * Sizes as text: a number with a unit. `K M G T` alone count in 1,024s, as for du, docker and systemd, and so do `Ki`
 * and `KiB`; `KB` counts in thousands; `B` is bytes.
 *
 * A number without a unit is not a size, 0 excepted: `2` may be meant as 2 GB, and read as two bytes it would have
 * every repo removed.
 */
const SIZE = /^(\d+\.?\d*|\.\d+)\s*(?:([kmgt])(i?)(b?)|b)?$/i;
const HAS_UNIT = /[a-z]$/i;

const POWERS = "kmgt";

/** Null where the text is not a size. */
export function sizeFromText(text: string): number | null {
  const trimmed = text.trim();
  const match = SIZE.exec(trimmed);
  if (match === null) return null;
  const [, amount = "", unit = "", binary = "", bytes = ""] = match;
  if (!HAS_UNIT.test(trimmed) && Number(amount) !== 0) return null;
  const decimal = binary === "" && bytes !== "";
  const factor = unit === "" ? 1 : (decimal ? 1000 : 1024) ** (POWERS.indexOf(unit.toLowerCase()) + 1);
  return Math.round(Number(amount) * factor);
}

/** In the largest unit that divides it evenly, else in bytes. */
export function textFromSize(size: number): string {
  for (const power of [3, 2, 1]) {
    const unit = POWERS.charAt(power - 1).toUpperCase();
    if (size > 0 && size % 1024 ** power === 0) return `${size / 1024 ** power}${unit}iB`;
    if (size > 0 && size % 1000 ** power === 0) return `${size / 1000 ** power}${unit}B`;
  }
  return `${size}B`;
}
