/** Sizes as people write them: bytes, or a number with a unit. `k M G T` count in thousands, `Ki Mi Gi Ti` in 1,024s. */
const SIZE = /^(\d+\.?\d*|\.\d+)\s*(?:([kmgt])(i?))?b?$/i;

const POWERS = "kmgt";

/** Null where the text is no size. `2G` says neither thousands nor 1,024s and is none: a `B` has to stand behind it. */
export function sizeFromText(text: string): number | null {
  const trimmed = text.trim();
  const match = SIZE.exec(trimmed);
  if (match === null) return null;
  const [, amount = "", unit = "", binary = ""] = match;
  if (unit !== "" && !/b$/i.test(trimmed)) return null;
  const factor = unit === "" ? 1 : (binary === "" ? 1000 : 1024) ** (POWERS.indexOf(unit.toLowerCase()) + 1);
  return Math.round(Number(amount) * factor);
}
