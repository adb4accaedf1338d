// Homes of two agents with one of each that no index names and that is old enough to go.

import { join } from "node:path";
import { scan } from "../../../src/index.ts";
import {
  type OpenclawStore,
  openclawStore,
  stampOf,
  writeAt,
  writeIndex,
  writeTranscript,
} from "../../support/openclaw-store.ts";

const UUID = "0e0e0e0e-1111-4222-8333-444455556666";
export const ARCHIVE: string = `gone.jsonl.deleted.${stampOf(40)}`;
export const TEMPORARY: string = `sessions.json.${UUID}.tmp`;
export const OLD: readonly string[] = ["old", ARCHIVE, TEMPORARY].toSorted();

/** One of each that goes, and a second agent. */
export function store(): OpenclawStore {
  const made = openclawStore();
  writeTranscript(made.base, "old", 40);
  writeAt(join(made.base, ARCHIVE), "{}", 40);
  writeAt(join(made.base, TEMPORARY), "{}", 40);
  writeIndex(agent(made, "ops"), { "agent:ops:main": { sessionId: "of-ops", updatedAt: 1 } });
  return made;
}

export function agent({ home }: OpenclawStore, name: string): string {
  return join(home, "agents", name, "sessions");
}

/** The holds of what would go, by id. */
export async function holdsOn({ options }: OpenclawStore): Promise<Readonly<Record<string, string>>> {
  const plan = await scan(options);
  const rows = plan.bases
    .flatMap(({ entries }) => entries)
    .filter(({ judged, ruling }) => ruling.rule !== null && OLD.includes(judged.entry.id));
  return Object.fromEntries(
    rows.map(({ judged, ruling }) => [judged.entry.id, ruling.holds.map(({ code }) => code).join(" ")]),
  );
}

export const ALL_HELD: Readonly<Record<string, string>> = Object.fromEntries(OLD.map((id) => [id, "witness"]));
