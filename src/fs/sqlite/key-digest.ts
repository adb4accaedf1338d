/**
 * Compares the keys of a table with those in the index of its primary key, in the order in which each has them, and
 * without keeping them: the digests of all keys are added up, so the order does not matter.
 *
 * It is to notice damage and not forgery, so the digest is a cheap one: 64 bits, and no object of its own for each key.
 */
import type { Field } from "./record.ts";

export interface KeyDigest {
  readonly add: (rowid: number | bigint, key: readonly Field[]) => void;
  /** Equal for the same set of keys; for another one it is so with a probability of 2⁻⁶⁴. */
  readonly result: () => string;
}

/** Two hashes of 32 bits, with the multipliers of FNV-1a and of Murmur3. */
interface Hash {
  a: number;
  b: number;
}

export function createKeyDigest(): KeyDigest {
  const hash: Hash = { a: 0, b: 0 };
  let [count, sumA, sumB] = [0, 0, 0];
  return {
    add(rowid, key) {
      hash.a = 0x811c_9dc5;
      hash.b = 0;
      addText(hash, String(rowid));
      for (const field of key) {
        addText(hash, field.kind);
        if (field.kind === "number") addText(hash, String(field.number));
        else if (field.kind !== "null") addBytes(hash, field.bytes);
      }
      count += 1;
      sumA = (sumA + mixed(hash.a)) | 0;
      sumB = (sumB + mixed(hash.b)) | 0;
    },
    result: () => `${count}/${sumA}/${sumB}`,
  };
}

function addText(hash: Hash, text: string): void {
  for (let at = 0; at < text.length; at += 1) addByte(hash, text.charCodeAt(at));
  // A separator, which no text and no byte is.
  addByte(hash, 256);
}

function addBytes(hash: Hash, bytes: Buffer): void {
  for (const byte of bytes) addByte(hash, byte);
  addByte(hash, 256);
}

function addByte(hash: Hash, byte: number): void {
  hash.a = Math.imul(hash.a ^ byte, 0x0100_0193);
  hash.b = Math.imul(((hash.b << 13) | (hash.b >>> 19)) + byte + 1, 0xcc9e_2d51 | 0);
}

/** Spreads each bit over all, so that sums of similar keys differ (the end of Murmur3). */
function mixed(hash: number): number {
  let bits = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2_ae35);
  return bits ^ (bits >>> 16);
}
