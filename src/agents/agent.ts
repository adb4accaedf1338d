/**
 * What an agent tells about itself. Nothing outside its folder names it: an agent is a folder and a row in index.ts (and
 * in locations.ts, for what start-up hooks ask). It describes; it never deletes.
 */
import type { HomeContext } from "../locations/paths.ts";
import type { BaseRef } from "../model/home.ts";
import type { FilesAndBytes } from "../model/plan.ts";
import type { Settings } from "../model/settings.ts";
import type { Kind } from "../stores/kind.ts";

export interface FindBases extends HomeContext {
  /** `--home`, as typed. */
  readonly homes: readonly string[];
  /** `--base`, as typed. */
  readonly bases: readonly string[];
  /** Names of the directories directly in a directory, in any order; none where there is no such directory. */
  readonly listDirectories: (directory: string) => readonly string[];
  /** The text of a file, where an agent's own settings say where its bases are; null: there is none that can be read. */
  readonly read?: (file: string) => string | null;
}

export interface Agent {
  /** As in `--agent` and in JSON. */
  readonly name: string;
  /** As in a sentence. */
  readonly title: string;
  /** Where its home is looked for where none was named, after "in". */
  readonly usualHome: string;
  /** Order matters only where two would want the same name: the first one has it. */
  readonly kinds: readonly Kind[];
  /** Reason codes that only its entries have, and their sentences. */
  readonly reasons: Readonly<Record<string, string>>;
  /**
   * Its bases: the named ones alone, where any home or base was named; else those of its usual places. Absolute, each
   * once, in a stable order. Pure: what is in a directory it is told. Throws `usage` for an empty path.
   */
  readonly findBases: (input: FindBases) => readonly BaseRef[];
  /**
   * The bases in these directories, which entries of other agents are about. Absent: such a directory has none. Absolute, each
   * once, in a stable order. Pure.
   */
  readonly basesAround?: (directories: readonly string[], input: FindBases) => readonly BaseRef[];
  /** Its bases lie in projects of the user, so git must not see what we put beside them. */
  readonly inProjects?: boolean;
  /** These homes and those that they share repos with: a home's profiles belong to it, and it to them. */
  readonly relatedHomes: (homes: readonly string[]) => readonly string[];
  /** The home directories that `~` may stand for in the settings of a home, by where it is. */
  readonly userHomesAround: (home: string) => readonly string[];
  /** Over the defaults of the code. */
  readonly defaults?: Partial<Settings>;
  /** Its own file of settings for the bases of a home, which may hold ours; null: it has none. */
  readonly settings: AgentSettings | null;
  /** Which of its kinds can be in a base, by its path; absent: all of them. */
  readonly kindsAt?: (base: string) => readonly Kind[];
  /** Whether the marker of the last sweep lies in this base and is the agent's too; else it is in our state. */
  readonly sharesMarker: (base: string) => boolean;
  /** What its own check of a base counts, by name, and above what it warns; absent: it has none. */
  readonly sizeCheck?: { readonly most: FilesAndBytes; readonly counts: (name: string) => boolean };
  /** The agent's own command for what a home keeps of sessions beside their files, such as rows of a database. */
  readonly rowsCommand?: (home: string) => RowsCommand;
  /** Children of a base that are the agent's own: shown only to the kinds that say they are responsible. */
  readonly reserves: (name: string) => boolean;
  /** Children of a base into which the agent moves whole trees, with anything of ours that was in them. */
  readonly isArchive: (name: string) => boolean;
}

export interface RowsCommand {
  /** The kind whose retention counts. */
  readonly kind: string;
  /** Variables that it needs. */
  readonly env: Readonly<Record<string, string>>;
  /** `days`: the retention, whole days. */
  readonly argv: (days: number) => readonly string[];
  /** What it does otherwise than this program, as a sentence. */
  readonly note: string;
}

export interface AgentSettings {
  readonly file: (home: string, platform: string) => string;
  /**
   * The block of the agent in it: the keys that we share count, and all others are ignored. Null: it has none for all its
   * kinds (`Kind.block`).
   */
  readonly block: string | null;
}

export function kindsAt({ kindsAt: at, kinds }: Pick<Agent, "kinds" | "kindsAt">, base: string): readonly Kind[] {
  return at?.(base) ?? kinds;
}

export function agentNamed<A extends { readonly name: string }>(agents: readonly A[], name: string): A | null {
  return agents.find((agent) => agent.name === name) ?? null;
}
