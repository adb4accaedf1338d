/** The mount table as text: Linux `/proc/self/mountinfo` (proc(5)), `/etc/fstab` (fstab(5)), macOS `mount(8)`. Pure. */
import type { Mount } from "../model/surroundings.ts";

/** Space, tab, newline and backslash are written as three octal digits in both Linux files. */
function unescapeOctal(field: string): string {
  return field.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
}

/** The octal escapes are of bytes and the rest is UTF-8, so the text is read as latin1 and decoded after unescaping. */
function decode(field: string): string {
  return Buffer.from(unescapeOctal(field), "latin1").toString("utf8");
}

/** `text` as latin1. Lines that do not parse are left out: an unknown mount can only make an answer "cannot tell". */
export function parseMountinfo(text: string): Mount[] {
  const mounts: Mount[] = [];
  for (const line of text.split("\n")) {
    // id parent major:minor root point options [optional...] - type source options
    const cut = line.indexOf(" - ");
    if (cut === -1) continue;
    const before = line.slice(0, cut);
    const fields = before.split(" ");
    const [id, , , root, point] = fields;
    const [type, source, options] = line.slice(cut + 3).split(" ");
    if (id === undefined || root === undefined || point === undefined || type === undefined || type === "") continue;
    mounts.push({
      id,
      point: decode(point),
      source: decode(source ?? ""),
      root: decode(root),
      type,
      ...layersIn(type, source ?? "", options ?? ""),
      ...(type === "overlay" ? upperIn(options ?? "") : {}),
    });
  }
  return mounts;
}

const UNION = /^(?:overlay|aufs|unionfs|fuse\.(?:mergerfs|unionfs|unionfs-fuse|mhddfs|fuse-overlayfs))$/;

/** The directories of a union: overlay and aufs name them in their options, mergerfs and its kin as their source. */
function layersIn(type: string, source: string, options: string): { layers?: readonly string[] } {
  if (!UNION.test(type)) return {};
  const named = options
    .split(/(?<!\\),/)
    .flatMap((option) => /^(?:lowerdir\+?|datadir\+|upperdir|br|dirs|branches)[=:](.*)$/.exec(option)?.[1] ?? []);
  const places = named.length === 0 && source.startsWith("/") ? [source] : named;
  const all = places
    .flatMap((place) => place.split(/(?<!\\):+/))
    .map((place) => decode(place.replace(/=[A-Za-z].*$/, "")));
  return { layers: all.filter((place) => place !== "") };
}

/** Absolute alone: a relative one was meant where the mount was made. */
function upperIn(options: string): Pick<Mount, "upper"> {
  const named = options.split(/(?<!\\),/);
  const path = named.flatMap((option) => /^upperdir=(\/.*)$/.exec(option)?.[1] ?? [])[0];
  if (path === undefined) return {};
  const redirect = named.flatMap((option) => /^redirect_dir=(.*)$/.exec(option)?.[1] ?? [])[0] ?? null;
  return { upper: { path: decode(path), redirect } };
}

/**
 * Mount points that fstab lists, without swap and `none`; `noauto` included, since a volume that is not plugged in is
 * the case in question.
 */
export function parseFstab(text: string): string[] {
  const points: string[] = [];
  for (const line of text.split("\n")) {
    const [source = "", point = "", type = ""] = line.trim().split(/\s+/);
    if (source === "" || source.startsWith("#") || !point.startsWith("/") || type === "swap") continue;
    points.push(normal(decode(point)));
  }
  return points;
}

/** fstab may contain `/data/` and `//srv`; the kernel lists `/data` and `/srv`. */
function normal(point: string): string {
  return point.replace(/\/{2,}/g, "/").replace(/(.)\/$/, "$1");
}

/** `source on /point (type, options)`, one per line. */
export function parseDarwinMount(text: string): Mount[] {
  const mounts: Mount[] = [];
  for (const line of text.split("\n")) {
    const match = /^(.*) on (\/.*) \(([^,)]+)[^)]*\)$/.exec(line);
    if (match === null) continue;
    const [, source = "", point = "", type = ""] = match;
    mounts.push({ id: null, point, source, root: "/", type });
  }
  return mounts;
}

/** The mount that a path is on by its name alone: the longest mount point above it, the last one mounted. */
export function mountAt(mounts: readonly Mount[], path: string): Mount | null {
  let best: Mount | null = null;
  for (const mount of mounts) {
    if (isAtOrBelow(path, mount.point) && (best === null || mount.point.length >= best.point.length)) best = mount;
  }
  return best;
}

/** Whether a path is the directory itself or something below it. */
export function isAtOrBelow(path: string, directory: string): boolean {
  return path === directory || path.startsWith(directory === "/" ? "/" : `${directory}/`);
}
