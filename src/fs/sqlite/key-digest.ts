/**
 * Compares the keys of a table with those in the index of its primary key, in the order in which each has them, and
 * without keeping them: of each key the sum of its digest is taken, so the order does not matter.
 */
import { createHash } from "node:crypto";
import type { Field } from "./record.ts";

/** What is added up is six bytes long, so that sums stay exact. */
const PART = 6;
const MODULUS = 2 ** (8 * PART);

export interface KeyDigest {
  readonly add: (rowid: number | bigint, key: readonly Field[]) => void;
  /** Equal for the same set of keys, and for nothing else. */
  readonly result: () => string;
}

export function createKeyDigest(): KeyDigest {
  let [count, low, high] = [0, 0, 0];
  return {
    add(rowid, key) {
      const hash = createHash("sha256").update(`${rowid}`);
      for (const field of key) {
        if (field.kind === "null") hash.update("/null");
        else if (field.kind === "number") hash.update(`/number/${field.number}`);
        else hash.update(`/${field.kind}/${field.bytes.length}/`).update(field.bytes);
      }
      const digest = hash.digest();
      count += 1;
      low = (low + digest.readUIntBE(0, PART)) % MODULUS;
      high = (high + digest.readUIntBE(PART, PART)) % MODULUS;
    },
    result: () => `${count}/${low}/${high}`,
  };
}
