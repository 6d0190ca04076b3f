/** Which weights write an answer, as a key for what is kept of it. */
import type { AdapterRef, CompletionEngine } from '../engine/types.ts';

const numbers = new WeakMap<CompletionEngine, number>();
let last = 0;

/** A base is known by the engine that loaded it, not by its path, where another may lie by now. Of an adapter, a part may apply. */
export function weightsOf(engine: CompletionEngine, adapter: AdapterRef | null): string {
  const number = numbers.get(engine) ?? ++last;
  numbers.set(engine, number);
  return adapter === null ? `${number}` : `${number}\n${adapter.id}\n${adapter.scale}`;
}
