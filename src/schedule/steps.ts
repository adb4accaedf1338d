/** What installing and removing would do, as data: what is shown is what is done. */
export type Step =
  | { readonly kind: "write"; readonly path: string; readonly text: string }
  /** What is not there is as good as removed. */
  | { readonly kind: "remove"; readonly path: string }
  /** Removes a directory if nothing is left in it. */
  | { readonly kind: "tidy"; readonly path: string }
  | {
      readonly kind: "run";
      readonly argv: readonly string[];
      /** For its standard input, one byte a character. */
      readonly input: string | null;
      /** What of it is new, to be shown. */
      readonly shown: string | null;
      /** It may fail, because what it undoes may not be there. */
      readonly mayFail: boolean;
    };

export function runs(argv: readonly string[], options: { readonly mayFail?: boolean } = {}): Step {
  return { kind: "run", argv, input: null, shown: null, mayFail: options.mayFail ?? false };
}

/** One line that says what a step does. */
export function stepText(step: Step): string {
  switch (step.kind) {
    case "write":
      return `write ${step.path}`;
    case "remove":
      return `remove ${step.path}`;
    case "tidy":
      return `remove ${step.path} if it is empty`;
    case "run":
      return `run ${step.argv.join(" ")}`;
  }
}

/** What a person has to see beside that line: a file's text, a program's input. */
export function stepDetail(step: Step): string | null {
  switch (step.kind) {
    case "write":
      return step.text;
    case "run":
      return step.shown;
    default:
      return null;
  }
}
