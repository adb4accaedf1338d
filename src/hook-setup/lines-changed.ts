/** What an edit at one place changes, as lines that begin with - and +. Pure. */
export function linesChanged(before: string, after: string): string {
  const [old, now] = [linesOf(before), linesOf(after)];
  const most = Math.min(old.length, now.length);
  let begin = 0;
  while (begin < most && old[begin] === now[begin]) begin += 1;
  let end = 0;
  while (end < most - begin && old.at(-1 - end) === now.at(-1 - end)) end += 1;
  const part = (lines: readonly string[], sign: string): readonly string[] =>
    lines.slice(begin, lines.length - end).map((line) => `${sign} ${line}`);
  return [...part(old, "-"), ...part(now, "+")].join("\n");
}

function linesOf(text: string): readonly string[] {
  return text === "" ? [] : text.replace(/\r?\n$/, "").split(/\r?\n/);
}
