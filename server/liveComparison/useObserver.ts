/** Collects the outcomes of each version's suggestions, and passes them on every few seconds. */
import { NO_USE, type UseCounts, type UseObservation, used } from './guard.ts';

/** The version that made a suggestion, and the document's folder. */
export interface VersionTag {
  readonly folder: string;
  readonly storeDir: string;
  readonly id: string;
  /** Its URI. Only kept in memory. */
  readonly document: string;
}

export interface UseObserverDependencies {
  /** Never called concurrently for the same version. */
  hand(tag: VersionTag, counts: UseCounts): Promise<void>;
  onError(error: unknown): void;
  later(ms: number, run: () => void): () => void;
}

const FLUSH_AFTER_MS = 10_000;

export class UseObserver {
  readonly #dependencies: UseObserverDependencies;
  #pending = new Map<string, { readonly tag: VersionTag; counts: UseCounts }>();
  /** By version and document. */
  readonly #documents = new Map<string, UseCounts>();
  #cancelTimer: (() => void) | null = null;
  #flushing: Promise<void> = Promise.resolve();

  constructor(dependencies: UseObserverDependencies) {
    this.#dependencies = dependencies;
  }

  observe(tag: VersionTag, observation: UseObservation): void {
    const key = `${tag.storeDir}\0${tag.id}`;
    const pending = this.#pending.get(key) ?? { tag, counts: NO_USE };
    const ofDocument = this.#documents.get(`${key}\0${tag.document}`) ?? NO_USE;
    pending.counts = used(pending.counts, observation, ofDocument);
    this.#documents.set(`${key}\0${tag.document}`, used(ofDocument, observation, ofDocument));
    this.#pending.set(key, pending);
    this.#cancelTimer ??= this.#dependencies.later(FLUSH_AFTER_MS, () => void this.flush());
  }

  /** Never rejects: counts that cannot be written are lost, and the log says so. */
  flush(): Promise<void> {
    this.#cancelTimer?.();
    this.#cancelTimer = null;
    const taken = [...this.#pending.values()];
    this.#pending = new Map();
    this.#flushing = this.#flushing.then(async () => {
      for (const { tag, counts } of taken)
        await this.#dependencies.hand(tag, counts).catch((error: unknown) => this.#dependencies.onError(error));
    });
    return this.#flushing;
  }
}
