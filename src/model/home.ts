/** One base to look at, and whose it is. */
export interface BaseRef {
  /** Absolute path of the directory that holds the shadow repos. */
  readonly path: string;
  /** The Hermes home it belongs to; the parent, where `--base` named it. */
  readonly home: string;
  /** The profile's name for `<home>/profiles/<name>`, else null. */
  readonly profile: string | null;
  /** How a person named it: a named home must exist, a named base too. Null: nobody did. */
  readonly named: "home" | "base" | null;
}
