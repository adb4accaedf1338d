/**
 * Whether `auto` would find what its last run found: not due, or switched off. Then the command can say so without
 * loading what reads settings and judges, which is most of what a start costs.
 *
 * Stricter than the hook's own look (due.ts), because `auto` also answers for what happened since: everything that its
 * decision rests on (config.yaml, the marker, the record) must be as old as `next`, and the run that wrote `next` must
 * not have failed. Whatever is unusual is not settled, and decided in full.
 */
import { node } from "./builtins.ts";
import { configChangedSince, lookedAt, MOST_AHEAD_MS, profilesOf, tellsDisabled, tellsGiven } from "./due.ts";
import { baseOf, baseOfHome, type BasePlace, type Place, stateBeside } from "./place.ts";

/** `consented`: the call itself switches the sweep on. Never throws. */
export function isSettled(places: readonly Place[], now: number, consented: boolean): boolean {
  try {
    // What was named and is missing is an error of its own.
    return places.every((place) => {
      const there = basesAt(place).filter((base) => lookedAt(`${base.home}/${base.name}`) !== null);
      return there.length > 0 && there.every((base) => isSettledBase(base, now, consented));
    });
  } catch {
    // Whatever it is, `auto` finds words for it.
    return false;
  }
}

/** `auto` sweeps a home and its profiles. */
function basesAt(place: Place): readonly BasePlace[] {
  const own = baseOf(place);
  if (place.kind === "base") return [own];
  return [own, ...profilesOf(place.path).map((home) => baseOfHome(home, place.userHome))];
}

function isSettledBase({ home, name }: BasePlace, now: number, consented: boolean): boolean {
  const { fs } = node;
  const state = stateBeside(home, name);
  const base = lookedAt(`${home}/${name}`);
  const next = lookedAt(`${state}/next`);
  // A base behind a symlink has its state elsewhere, and one of somebody else is refused in full.
  if (base?.isDirectory() !== true || base.uid !== (process.geteuid?.() ?? base.uid)) return false;
  if (next?.isFile() !== true || next.mtimeMs <= now || next.mtimeMs > now + MOST_AHEAD_MS) return false;
  if (configChangedSince(home, next.ctimeMs)) return false;

  if (tellsGiven(next)) return false;
  const disabled = tellsDisabled(next);
  if (disabled && consented) return false;
  const marker = lookedAt(`${home}/${name}/.last_prune`);
  if (!disabled && (marker === null || marker.ctimeMs > next.ctimeMs)) return false;
  const record = lookedAt(`${state}/state.json`);
  if (record === null) return disabled;
  if (!record.isFile() || record.ctimeMs > next.ctimeMs) return false;
  return /"failures":0[,}]/.test(fs.readFileSync(`${state}/state.json`, "utf8"));
}
