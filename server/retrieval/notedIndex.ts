/** An index that notes which files an answer may quote. */
import type { RetrievalIndex, Signature, SimilarChunk } from './retrievalIndex.ts';

/** What context is looked for in. */
export type SearchedIndex = Pick<RetrievalIndex, 'resolve' | 'signaturesOf' | 'similar'>;

export class NotedIndex implements SearchedIndex {
  readonly #index: SearchedIndex;
  readonly #paths = new Set<string>();

  constructor(index: SearchedIndex) {
    this.#index = index;
  }

  get paths(): string[] {
    return [...this.#paths];
  }

  resolve(...asked: Parameters<SearchedIndex['resolve']>): string | null {
    return this.#index.resolve(...asked);
  }

  signaturesOf(path: string): readonly Signature[] {
    this.#paths.add(path);
    return this.#index.signaturesOf(path);
  }

  similar(...asked: Parameters<SearchedIndex['similar']>): SimilarChunk[] {
    const found = this.#index.similar(...asked);
    for (const { path } of found) this.#paths.add(path);
    return found;
  }
}
