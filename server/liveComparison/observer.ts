/** Collects the outcomes of suggestions in a live comparison, and notifies once if the serving adapter is accepted less than its rival. */
import { toldApart } from '../common/format.ts';
import type { Notice } from '../protocol/index.ts';
import type { Arm, ArmCounts, Observation } from '../protocol/liveComparison.ts';
import { isWorseInUse, NO_OBSERVATIONS, observed } from './arms.ts';

/** The comparison and arm that a suggestion belongs to. */
export interface ArmTag {
  /** The document's folder, to which notices about the comparison apply. */
  readonly folder: string;
  readonly storeDir: string;
  readonly startedAt: string;
  readonly arm: Arm;
  /** Its URI. Only kept in memory. */
  readonly document: string;
}

/** Contents of a comparison's file after counts were added. */
interface Counted {
  readonly active: string | null;
  readonly rival: string | null;
  readonly counts: Readonly<Record<Arm, ArmCounts>>;
}

export interface ObserverDependencies {
  add(storeDir: string, startedAt: string, more: Readonly<Record<Arm, ArmCounts>>): Promise<Counted | null>;
  /** Whether the user had not been told before. */
  markTold(storeDir: string, startedAt: string): Promise<boolean>;
  notice(folder: string, notice: Notice): void;
  onError(error: unknown): void;
  later(ms: number, run: () => void): () => void;
}

const FLUSH_AFTER_MS = 10_000;

type Pending = { readonly tag: Omit<ArmTag, 'arm' | 'document'>; counts: Record<Arm, ArmCounts> };

export class ArmObserver {
  readonly #dependencies: ObserverDependencies;
  #pending = new Map<string, Pending>();
  /** By comparison, arm and document. */
  readonly #documents = new Map<string, ArmCounts>();
  #cancelTimer: (() => void) | null = null;

  constructor(dependencies: ObserverDependencies) {
    this.#dependencies = dependencies;
  }

  observe({ arm, document, ...tag }: ArmTag, observation: Observation): void {
    const key = `${tag.storeDir}\0${tag.startedAt}`;
    const pending = this.#pending.get(key) ?? { tag, counts: { active: NO_OBSERVATIONS, rival: NO_OBSERVATIONS } };
    const ofDocument = this.#documents.get(`${key}\0${arm}\0${document}`) ?? NO_OBSERVATIONS;
    pending.counts[arm] = observed(pending.counts[arm], observation, ofDocument);
    this.#documents.set(`${key}\0${arm}\0${document}`, observed(ofDocument, observation, ofDocument));
    this.#pending.set(key, pending);
    this.#cancelTimer ??= this.#dependencies.later(FLUSH_AFTER_MS, () => void this.flush());
  }

  /** Never rejects: counts that cannot be written (a full disk, a store that is gone) are lost, and the log says so. */
  async flush(): Promise<void> {
    this.#cancelTimer?.();
    this.#cancelTimer = null;
    const taken = [...this.#pending.values()];
    this.#pending = new Map();
    for (const { tag, counts } of taken) {
      try {
        const now = await this.#dependencies.add(tag.storeDir, tag.startedAt, counts);
        if (now === null || !isWorseInUse(now.counts.active, now.counts.rival)) continue;
        if (await this.#dependencies.markTold(tag.storeDir, tag.startedAt))
          this.#dependencies.notice(tag.folder, worse(now));
      } catch (error) {
        this.#dependencies.onError(error);
      }
    }
  }
}

function worse({ active, rival, counts }: Counted): Notice {
  const [ofActive, ofRival] = [counts.active, counts.rival].map(({ accepted, offered }) => (100 * accepted) / offered);
  const [mine, others] = toldApart(ofActive!, ofRival!);
  const name = (id: string | null): string => (id === null ? 'the base model' : `adapter ${id}`);
  return {
    severity: 'warning',
    message: `In the live comparison ${name(active)} does worse than ${name(rival)}: you accepted ${mine} % of its suggestions and ${others} % of the other's.`,
    action:
      rival === null
        ? { title: 'Use the Base Model', command: 'repotune.useBase' }
        : { title: 'Use the Other Adapter', command: 'repotune.useAdapter', argument: rival },
  };
}
