// A transcript of the command without what differs from run to run: places, ids, times, sizes, durations.

/** Rewrites in this order; each pattern sees what the ones before left. */
const RULES: readonly (readonly [pattern: RegExp, stands: string])[] = [
  [/\u001b\[[0-9;]*m/g, ""],
  // Times: ISO, then `21 Nov 2026, 13:20` and shorter forms.
  [/\b\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?Z?)?/g, "<date>"],
  [/\b\d{1,2} (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\b(?: \d{4}\b)?(?:,? \d\d:\d\d\b)?/g, "<date>"],
  [/\b\d+(?:[.,]\d+)* ?(?:B|[kKMGT]i?B)\b/g, "<size>"],
  // `20.3 of 48.7 MB`
  [/\b[\d.]+ of <size>/g, "<size> of <size>"],
  [/^ +<size>/gm, "  <size>"],
  [/\b\d+(?:\.\d+)? ?(?:ms|µs)\b|\b\d+(?:\.\d+)? ?s\b/g, "<time>"],
  // Columns are as wide as their widest cell, and that may be a path.
  [/[ \t]+$/gm, ""],
  [/(?<=\S)[ \t]{2,}/g, "  "],
  [/([-─━═])\1{2,}/g, "$1$1$1"],
];

/**
 * The normalised text. `places` maps directories of this run to what stands for them; ids become `<id-1>`, `<id-2>` ...
 * in the order in which they appear.
 */
export function normalise(text: string, places: Readonly<Record<string, string>> = {}): string {
  let normal = text.replaceAll("\r\n", "\n");
  for (const [place, stands] of Object.entries(places)) normal = normal.replaceAll(place, stands);
  for (const [pattern, stands] of RULES) normal = normal.replace(pattern, stands);

  const ids = new Map<string, string>();
  return normal.replace(/\b[0-9a-f]{16}\b/g, (id) => {
    const known = ids.get(id) ?? `<id-${ids.size + 1}>`;
    ids.set(id, known);
    return known;
  });
}
