/**
 * Paths as bytes: strings in which every character is one byte (latin1), made by `bytePath` from an ordinary string.
 * Names that are not UTF-8 survive unchanged. For system calls they become Buffers where they contain anything but
 * ASCII; most do not, and strings are the fastest argument.
 */

/** A path as bytes, one character each. */
export type BytePath = string & { readonly __bytes: true };

const ASCII = /^[\x00-\x7f]*$/;

/** Brands a string that already is a byte path: a name from a listing, or concatenated pieces of byte paths. */
export function rawPath(bytes: string): BytePath {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the one place where a string gets the brand
  return bytes as BytePath;
}

/** The byte path of an ordinary (UTF-16) path. */
export function bytePath(path: string): BytePath {
  return rawPath(ASCII.test(path) ? path : Buffer.from(path, "utf8").toString("latin1"));
}

/** Whether the bytes are the same in every encoding, so that the string itself can be passed to system calls. */
export function isPlain(bytes: string): boolean {
  return ASCII.test(bytes);
}

/** What `node:fs` takes for a byte path: the string itself where it is ASCII, else its bytes. */
export function native(path: BytePath): string | Buffer {
  return ASCII.test(path) ? path : Buffer.from(path, "latin1");
}

/** A byte path as text for display and logs; bytes that are not UTF-8 become U+FFFD. */
export function textOf(path: BytePath): string {
  return ASCII.test(path) ? path : Buffer.from(path, "latin1").toString("utf8");
}

/** A byte path as a string that round-trips: plain where it is UTF-8, else `base64:` and its bytes. */
export function portable(path: BytePath): string {
  const text = textOf(path);
  const plain = bytePath(text) === path && !text.startsWith("base64:");
  return plain ? text : `base64:${Buffer.from(path, "latin1").toString("base64")}`;
}

/** A child of a directory. */
export function below(directory: BytePath, name: string): BytePath {
  return rawPath(directory.endsWith("/") ? directory + name : `${directory}/${name}`);
}
