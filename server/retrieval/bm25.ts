/** Robertson and Zaragoza 2009, "The Probabilistic Relevance Framework", with its usual constants. */
const k1 = 1.2;
const b = 0.75;

/** Terms in more of the chunks than this are not distinctive (`const`, `return`, `self`) and have the longest lists. */
const maxDocumentShare = 0.03;
/** In a small index, every term occurs in a large share. */
const maxDocumentsAnyway = 60;
/** A query's rarest terms decide; the others only cost time. */
const maxQueryTerms = 16;

/** A text as a bag of words: each word once, with its count. */
export interface CountedTerms {
  readonly terms: readonly string[];
  /** [terms] */
  readonly counts: Uint16Array;
}

interface Chunk {
  /** [terms] Their numbers. */
  readonly terms: Uint32Array;
  readonly length: number;
}

/** BM25 over small texts that can be added and removed. Ids are the caller's. */
export class Bm25 {
  readonly #chunks = new Map<number, Chunk>();
  /** Number of each term: as strings, the terms of all chunks would take most of the memory. */
  readonly #numbers = new Map<string, number>();
  /** [number of the term] Chunk ids with the term's count in each. */
  readonly #postings: Map<number, number>[] = [];
  #totalLength = 0;

  get size(): number {
    return this.#chunks.size;
  }

  add(id: number, { terms, counts }: CountedTerms): void {
    const numbers = new Uint32Array(terms.length);
    let length = 0;
    for (const [i, term] of terms.entries()) {
      const count = counts[i] as number;
      const number = this.#numberOf(term);
      (this.#postings[number] as Map<number, number>).set(id, count);
      numbers[i] = number;
      length += count;
    }
    this.#chunks.set(id, { terms: numbers, length });
    this.#totalLength += length;
  }

  #numberOf(term: string): number {
    const known = this.#numbers.get(term);
    if (known !== undefined) return known;
    const number = this.#postings.push(new Map()) - 1;
    this.#numbers.set(term, number);
    return number;
  }

  remove(id: number): void {
    const chunk = this.#chunks.get(id);
    if (!chunk) return;
    for (const term of chunk.terms) this.#postings[term]?.delete(id);
    this.#totalLength -= chunk.length;
    this.#chunks.delete(id);
  }

  /**
   * The best chunks for a query, best first, with the number of its terms that each has; ties by id, so that the result is the same
   * everywhere.
   */
  search(
    query: string,
    limit: number,
    admits: (id: number) => boolean,
  ): { id: number; score: number; terms: number }[] {
    const scores = new Map<number, number>();
    const matched = new Map<number, number>();
    const total = this.#chunks.size;
    const averageLength = this.#totalLength / Math.max(1, total);
    const maxDocuments = Math.max(maxDocumentsAnyway, total * maxDocumentShare);
    const lists = [...new Set(termsOf(query))]
      .flatMap((term) => this.#postings[this.#numbers.get(term) ?? -1] ?? [])
      .filter(({ size }) => size > 0 && size <= maxDocuments)
      .sort((x, y) => x.size - y.size)
      .slice(0, maxQueryTerms);
    for (const postings of lists) {
      const idf = Math.log(1 + (total - postings.size + 0.5) / (postings.size + 0.5));
      for (const [id, count] of postings) {
        const length = (this.#chunks.get(id) as Chunk).length;
        const gain = (idf * count * (k1 + 1)) / (count + k1 * (1 - b + (b * length) / averageLength));
        scores.set(id, (scores.get(id) ?? 0) + gain);
        matched.set(id, (matched.get(id) ?? 0) + 1);
      }
    }
    return [...scores]
      .filter(([id]) => admits(id))
      .map(([id, score]) => ({ id, score, terms: matched.get(id) ?? 0 }))
      .sort((x, y) => y.score - x.score || x.id - y.id)
      .slice(0, limit);
  }
}

export function countTerms(text: string): CountedTerms {
  const counts = new Map<string, number>();
  for (const term of termsOf(text)) counts.set(term, (counts.get(term) ?? 0) + 1);
  return { terms: [...counts.keys()], counts: Uint16Array.from(counts.values()) };
}

/** Words of code that matter for retrieval: identifiers, and the parts of compound ones. Lower case. */
function termsOf(text: string): string[] {
  const terms: string[] = [];
  for (const [word] of text.matchAll(/[A-Za-z_$][\w$]{2,60}/g)) {
    terms.push(word.toLowerCase());
    const parts = word.split(/_|(?<=[a-z0-9])(?=[A-Z])/);
    if (parts.length > 1) for (const part of parts) if (part.length > 2) terms.push(part.toLowerCase());
  }
  return terms;
}
