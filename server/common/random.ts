/** The one source of randomness: draws depend only on their key, so they are the same on every machine and after every restart. */
import { hash } from 'node:crypto';

/** A number in [0, 1) that depends only on `key`: the same in every process, version and clone. */
export function hashFraction(...key: readonly string[]): number {
  // 48 bits: exact in a double.
  return hash('sha256', key.join('\0'), 'buffer').readUIntBE(0, 6) / 2 ** 48;
}

/** sfc32 (C. Doty-Humphrey, PractRand), its 96 bits of state seeded from the key's hash. */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  constructor(...key: readonly (string | number)[]) {
    const seed = hash('sha256', key.join('\0'), 'buffer');
    this.#a = seed.readUInt32LE(0);
    this.#b = seed.readUInt32LE(4);
    this.#c = seed.readUInt32LE(8);
  }

  /** Uniform in [0, 1). */
  next(): number {
    const sum = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 2 ** 32;
  }

  /** Uniform integer in [0, bound). */
  below(bound: number): number {
    return Math.floor(this.next() * bound);
  }

  /** An index, drawn by weight. */
  weighted(weights: readonly number[]): number {
    let left = this.next() * weights.reduce((sum, weight) => sum + weight, 0);
    const drawn = weights.findIndex((weight) => {
      left -= weight;
      return left < 0;
    });
    return drawn === -1 ? weights.length - 1 : drawn;
  }

  /** Fisher-Yates on a copy. */
  shuffle<T>(items: readonly T[]): T[] {
    const result = [...items];
    for (let i = result.length - 1; i > 0; i--) {
      const j = this.below(i + 1);
      [result[i], result[j]] = [result[j] as T, result[i] as T];
    }
    return result;
  }
}

/** The same draws as a plain function, a substitute for `Math.random`. */
export function randomFrom(...key: readonly (string | number)[]): () => number {
  const random = new Random(...key);
  return () => random.next();
}
