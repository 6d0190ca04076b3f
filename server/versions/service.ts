/** What clients do with single versions, beside switching between them: plain answers for the panel and other editors. */
import { AdapterStore } from '../adapters/store.ts';
import type { EvaluateAnswer, RepotuneState } from '../protocol.ts';
import type { Serving } from '../tuning/pipeline.ts';

export interface VersionDependencies {
  folder(): string | null;
  modelPath(): string;
  serving(): Promise<Serving>;
  /** Looks at the stores again and answers with the new state. */
  refresh(): Promise<RepotuneState>;
  nowMs(): number;
}

/** As a tune measures, so that the two mean the same. */
const PAIRS = 240;
const SECONDS_PER_MODEL = 30;

export class VersionService {
  readonly #parts: VersionDependencies;

  constructor(parts: VersionDependencies) {
    this.#parts = parts;
  }

  /** Measures a version on this clone's held-out files; `activate` lets it serve if it passes. */
  async evaluate(
    id: string,
    activate: boolean,
    onMessage: (message: string) => void,
    signal: AbortSignal,
  ): Promise<EvaluateAnswer> {
    const { folder, store } = await this.#opened();
    const adapter = await store.find(id);
    const { judgeVersion } = await import('../tuning/judgeVersion.ts');
    const { verdict, activated } = await judgeVersion(
      {
        folder,
        store,
        adapter,
        modelPath: this.#parts.modelPath(),
        pairs: PAIRS,
        secondsPerModel: SECONDS_PER_MODEL,
        keep: true,
        activate,
      },
      this.#parts,
      onMessage,
      signal,
    );
    await this.#parts.refresh();
    return { adapterId: adapter.id, passed: verdict.activate, activated, reason: verdict.reason };
  }

  async #opened(): Promise<{ readonly folder: string; readonly store: AdapterStore }> {
    const folder = this.#parts.folder();
    if (folder === null) throw new Error('Open the folder of a repository first.');
    return { folder, store: await AdapterStore.of(folder) };
  }
}
