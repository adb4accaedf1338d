/** The steps of installing and removing, as data: exactly the steps shown are carried out. */
export type TimerStep =
  | { readonly kind: "write"; readonly path: string; readonly text: string }
  /** Changes a file of another program; `before`: its text, which it still has to have, and null where there is none. */
  | {
      readonly kind: "edit";
      readonly path: string;
      readonly before: string | null;
      readonly text: string;
      /** The lines that change. */
      readonly shown: string;
    }
  /** A missing file counts as removed. */
  | { readonly kind: "remove"; readonly path: string }
  /** Removes a directory if it is empty. */
  | { readonly kind: "tidy"; readonly path: string }
  | {
      readonly kind: "run";
      readonly argv: readonly string[];
      /** Written to its standard input, one byte per character. */
      readonly input: string | null;
      /** The new part of it, to be shown. */
      readonly shown: string | null;
      /** It may fail, because what it undoes may not exist. */
      readonly mayFail: boolean;
    };

export function runs(argv: readonly string[], options: { readonly mayFail?: boolean } = {}): TimerStep {
  return { kind: "run", argv, input: null, shown: null, mayFail: options.mayFail ?? false };
}

/** One line that describes a step. */
export function stepText(step: TimerStep): string {
  switch (step.kind) {
    case "write":
      return `write ${step.path}`;
    case "edit":
      return step.before === null ? `create ${step.path}` : `change ${step.path}`;
    case "remove":
      return `remove ${step.path}`;
    case "tidy":
      return `remove ${step.path} if it is empty`;
    case "run":
      return `run ${step.argv.join(" ")}`;
  }
}

/** Details to show below that line: a file's text, a program's input. */
export function stepDetail(step: TimerStep): string | null {
  switch (step.kind) {
    case "write":
      return step.text;
    case "edit":
    case "run":
      return step.shown;
    default:
      return null;
  }
}
