/**
 * Paths as bytes: strings in which every character is one byte (latin1), made by `bytePath` from an ordinary string. A
 * name that is not UTF-8 travels through them unharmed. At the door they become Buffers where they hold anything but
 * ASCII; most do not, and a string is what the system's calls take fastest.
 */

/** A path as bytes, one character each. */
export type BytePath = string & { readonly __bytes: true };

const ASCII = /^[\x00-\x7f]*$/;

/** Takes a string for a byte path that is one: a name as the door gave it, or pieces of byte paths put together. */
export function rawPath(bytes: string): BytePath {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the one place where a string gets the brand
  return bytes as BytePath;
}

/** The byte path of an ordinary (UTF-16) path. */
export function bytePath(path: string): BytePath {
  return rawPath(ASCII.test(path) ? path : Buffer.from(path, "utf8").toString("latin1"));
}

/** Whether bytes are the same in every encoding, so that the string itself will do at the door. */
export function isPlain(bytes: string): boolean {
  return ASCII.test(bytes);
}

/** What `node:fs` takes for a byte path: the string itself where it is ASCII, else its bytes. */
export function native(path: BytePath): string | Buffer {
  return ASCII.test(path) ? path : Buffer.from(path, "latin1");
}

/** A byte path as text for people and logs; bytes that are not UTF-8 become U+FFFD. */
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
