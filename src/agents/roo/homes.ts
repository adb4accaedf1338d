/**
 * Where its bases are: `tasks`, and of early versions `checkpoints`, in what its extension or Kilo's old one stores in each editor.
 * The editor's setting `roo-cline.customStoragePath` (`kilo-code.customStoragePath`) moves them.
 */
import { editorStorages } from "../../locations/editors.ts";
import { pathOf } from "../../locations/paths.ts";
import { stateBeside } from "../../locations/state.ts";
import type { BaseRef } from "../../model/home.ts";
import type { FindBases } from "../agent.ts";
import { namesOrUnknown } from "../listed.ts";
import { typedPath } from "../typed-path.ts";
import { CHECKPOINTS, EXTENSIONS, TASKS } from "./names.ts";

/** Throws `usage` for an empty path. */
export function findBases(input: FindBases): readonly BaseRef[] {
  const path = pathOf(input.platform);
  const refs = [
    ...input.homes.flatMap((typed) => namedHome(typedPath(typed, "--home", input), input)),
    ...input.bases.map((typed): BaseRef => {
      const base = typedPath(typed, "--base", input);
      return { ...refOf(path.dirname(base), TASKS, null, "base", input), path: base };
    }),
  ];
  const found = input.homes.length + input.bases.length === 0 ? usual(input) : refs;
  return [...new Map(found.map((ref) => [ref.path, ref])).values()];
}

/** A home that was named has to be there. */
function namedHome(home: string, input: FindBases): readonly BaseRef[] {
  const found = basesIn(home, null, "home", input);
  return found.length > 0 ? found : [refOf(home, TASKS, null, "home", input)];
}

function usual(input: FindBases): readonly BaseRef[] {
  const path = pathOf(input.platform);
  return editorStorages(input).flatMap(({ path: storage, editor, settings }) => {
    const text = input.read?.(settings) ?? "";
    return EXTENSIONS.flatMap(([extension, variant]) => {
      const label = variant === null ? editor : `${editor} ${variant}`;
      const moved = customPath(text, extension.slice(extension.indexOf(".") + 1));
      const homes = [path.join(storage, extension), ...(moved === null || !path.isAbsolute(moved) ? [] : [moved])];
      return homes.flatMap((home) => basesIn(home, label, null, input));
    });
  });
}

/**
 * The setting in an editor's file, which is JSON with comments. One in a comment is found as well: it names a place where the
 * extension's may be, and nothing counts there but by what it is.
 */
function customPath(text: string, extension: string): string | null {
  const found = new RegExp(String.raw`"${extension}\.customStoragePath"\s*:\s*("(?:[^"\\\n]|\\.)*")`).exec(text)?.[1];
  if (found === undefined) return null;
  try {
    const value: unknown = JSON.parse(found);
    return typeof value === "string" && value.trim() !== "" ? value : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

function basesIn(home: string, label: string | null, named: BaseRef["named"], input: FindBases): readonly BaseRef[] {
  const path = pathOf(input.platform);
  // What cannot be listed may be another editor's that this user has no part in.
  const there = namesOrUnknown(home, input) ?? [];
  // Where a base is gone, its trash is beside it still.
  const names = [TASKS, CHECKPOINTS].filter((name) =>
    [name, path.basename(stateBeside("", name))].some((one) => there.includes(one)),
  );
  return names.map((name) => refOf(home, name, label, named, input));
}

function refOf(
  home: string,
  name: string,
  label: string | null,
  named: BaseRef["named"],
  { platform }: FindBases,
): BaseRef {
  const own = name === TASKS ? label : [label, name].filter((one) => one !== null).join(" ");
  return { agent: "roo", path: pathOf(platform).join(home, name), home, profile: null, label: own, named };
}
