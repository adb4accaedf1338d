/** One base, and the home and profile it belongs to. */
export interface BaseRef {
  /** The agent it belongs to. */
  readonly agent: string;
  /** Absolute path of the directory that contains the shadow repos. */
  readonly path: string;
  /** The home it belongs to; the parent, where `--base` named it. */
  readonly home: string;
  /** The profile's name for `<home>/profiles/<name>`, else null. */
  readonly profile: string | null;
  /** What distinguishes it from the other bases of its agent: a profile, an editor, a project. Null: nothing. */
  readonly label: string | null;
  /** How it was named on the command line: a named home must exist, a named base too. Null: it was not named. */
  readonly named: "home" | "base" | null;
}
