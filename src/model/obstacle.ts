/** Why this run cannot move an entry, whatever the rules say: found out before the plan is shown. */
export interface Obstacle {
  readonly code: "no-permission" | "read-only" | "lower-layer";
  /** The path that denies it: the entry, the directory that it is in, or that of the state. */
  readonly path: string;
  /** Its owner, where it is not the user of this run: a name, or `#` and a number, as `sudo -u` takes it. */
  readonly owner: string | null;
  /**
   * The path is the entry, or something of another user inside this user's base: its ownership has to change. Else a
   * directory whose owner may do all of this.
   */
  readonly isEntry: boolean;
}
