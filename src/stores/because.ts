/** Makes, of a table of reason codes and their sentences, what gives a reason as a reading has it. */
export function becauseOf<Code extends string>(
  sentences: Readonly<Record<Code, string>>,
): <R extends Code>(reason: R) => { readonly reason: R; readonly sentence: string } {
  return (reason) => ({ reason, sentence: sentences[reason] });
}
