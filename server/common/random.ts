import { hash } from 'node:crypto';

/** A number in [0, 1) that depends on `key` alone: the same in every process, version and clone. */
export function hashFraction(...key: readonly string[]): number {
  // 48 bits: exact in a double.
  return hash('sha256', key.join('\0'), 'buffer').readUIntBE(0, 6) / 2 ** 48;
}

/** Small deterministic generator for draws inside one file (xorshift32: speed matters more than period here). */
export class Random {
  #state: number;

  constructor(...key: readonly string[]) {
    this.#state = Math.floor(hashFraction(...key) * 0xffffffff) | 1;
  }

  /** Uniform in [0, 1). */
  next(): number {
    let x = this.#state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.#state = x;
    return (x >>> 0) / 2 ** 32;
  }

  /** Uniform integer in [0, bound). */
  below(bound: number): number {
    return Math.floor(this.next() * bound);
  }

  pick<T>(items: readonly T[]): T | undefined {
    return items[this.below(items.length)];
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
