/** What clients do with single versions, beside switching between them: plain answers for the panel and other editors. */
import { readExperiment, stopExperiment } from '../adapters/experiment.ts';
import { lineageOf } from '../adapters/lineage.ts';
import { described, startLive } from '../adapters/liveComparison.ts';
import { readRoutes, removeRoutes, samePlace, setRoute } from '../adapters/routes.ts';
import { AdapterStore } from '../adapters/store.ts';
import type { Report } from '../evaluation/report.ts';
import type {
  EvaluateAnswer,
  LineageEntry,
  LiveComparisonAnswer,
  RepotuneState,
  RouteParams,
  RoutesAnswer,
} from '../protocol.ts';
import type { Serving } from '../tuning/pipeline.ts';
import type { WindowFolders } from '../windowFolders.ts';
import { runCommandLine } from './commandLine.ts';

export interface VersionDependencies {
  readonly folders: WindowFolders;
  modelPath(): string;
  serving(): Promise<Serving>;
  /** Keeps what serves loaded for `work`, whatever is set meanwhile, and no longer than is wanted. */
  lend<T>(work: () => Promise<T>): Promise<T>;
  /** Looks at the stores again and answers with the new state. */
  refresh(): Promise<RepotuneState>;
  nowMs(): number;
  /** The command line's script: exports and imports run in a process of their own, which loads what was written. */
  readonly commandLine: string;
}

/** As a tune measures, so that the two mean the same. */
const PAIRS = 240;
const SECONDS_PER_MODEL = 30;

/** `asked`: the folder a request names, if it does. */
export class VersionService {
  readonly #parts: VersionDependencies;

  constructor(parts: VersionDependencies) {
    this.#parts = parts;
  }

  /** Measures a version on this clone's held-out files; `activate` lets it serve if it passes. */
  async evaluate(
    id: string,
    activate: boolean,
    asked: string | undefined,
    onMessage: (message: string) => void,
    signal: AbortSignal,
  ): Promise<EvaluateAnswer> {
    const { folder, store } = await this.#opened(asked);
    const adapter = await store.find(id);
    const { judgeVersion } = await import('../tuning/judgeVersion.ts');
    const request = {
      folder,
      store,
      adapter,
      modelPath: this.#parts.modelPath(),
      pairs: PAIRS,
      secondsPerModel: SECONDS_PER_MODEL,
      keep: true,
      activate,
    };
    const { verdict, activated } = await this.#parts.lend(() => judgeVersion(request, this.#parts, onMessage, signal));
    await this.#parts.refresh();
    return { adapterId: adapter.id, passed: verdict.activate, activated, reason: verdict.reason };
  }

  async rename(id: string, name: string, asked: string | undefined): Promise<RepotuneState> {
    await (await this.#opened(asked)).store.rename(id, name);
    return this.#parts.refresh();
  }

  /** Measures both on the held-out files of the working tree: `tuned` is the first, `active` the second. */
  async compare(
    first: string,
    second: string,
    asked: string | undefined,
    onMessage: (message: string) => void,
    signal: AbortSignal,
  ): Promise<Report> {
    const { folder, store } = await this.#opened(asked);
    const { compareVersions } = await import('../tuning/compareVersions.ts');
    const request = { folder, store, names: [first, second], modelPath: this.#parts.modelPath() } as const;
    const compared = await this.#parts.lend(() => compareVersions(request, this.#parts, onMessage, signal));
    return compared.report;
  }

  async lineage(id: string, asked: string | undefined): Promise<LineageEntry[]> {
    const { store } = await this.#opened(asked);
    const line = lineageOf((await store.list()).adapters, (await store.find(id)).id);
    return line.map((one) =>
      typeof one === 'string'
        ? { kind: 'deleted', id: one }
        : { kind: 'stored', name: one.name, manifest: one.manifest },
    );
  }

  /** Answers with a sentence for the user. */
  async export(
    adapterId: string,
    target: string,
    merged: boolean,
    asked: string | undefined,
    signal: AbortSignal,
  ): Promise<string> {
    const folder = this.#parts.folders.of(asked);
    await this.#run(['export', adapterId, target], merged ? ['--merged'] : [], folder, signal);
    return `Adapter ${adapterId} was exported to ${target}, and loads from there.`;
  }

  /** Answers with a sentence for the user. */
  async import(source: string, name: string, asked: string | undefined, signal: AbortSignal): Promise<string> {
    const folder = this.#parts.folders.of(asked);
    await this.#run(['import', source, name], [], folder, signal);
    await this.#parts.refresh();
    return `${name} is here, inactive: what it was trained on is not known, so nothing can be measured on your held-out files.`;
  }

  async #run(args: readonly string[], flags: readonly string[], folder: string, signal: AbortSignal): Promise<void> {
    const { commandLine, modelPath } = this.#parts;
    const options = ['--folder', folder, '--model', modelPath(), ...flags];
    // Names and paths of the user's stand behind `--`: none is read as an option.
    await runCommandLine([commandLine, 'adapters', ...options, '--', ...args], signal);
  }

  async routes(asked: string | undefined): Promise<RoutesAnswer> {
    return { routes: await readRoutes((await this.#opened(asked)).store.dir) };
  }

  async setRoute({ adapter, ...place }: RouteParams, asked: string | undefined): Promise<RoutesAnswer> {
    const { store } = await this.#opened(asked);
    const id = adapter === null ? null : (await store.find(adapter)).id;
    const routes = await setRoute(store.dir, { ...place, adapter: id });
    await store.audit.append('route', id, JSON.stringify(place));
    await this.#parts.refresh();
    return { routes };
  }

  async removeRoute(place: Pick<RouteParams, 'glob' | 'language'>, asked: string | undefined): Promise<RoutesAnswer> {
    const { store } = await this.#opened(asked);
    const routes = await removeRoutes(store.dir, (route) => samePlace(route, place));
    await store.audit.append('route', null, `none for ${JSON.stringify(place)}`);
    await this.#parts.refresh();
    return { routes };
  }

  async liveComparison(asked: string | undefined): Promise<LiveComparisonAnswer> {
    const running = await readExperiment((await this.#opened(asked)).store.dir);
    return { comparison: running && described(running) };
  }

  async startLiveComparison(
    rival: string | null,
    share: number,
    asked: string | undefined,
  ): Promise<LiveComparisonAnswer> {
    const { store } = await this.#opened(asked);
    const comparison = described(await startLive(store, rival, share));
    await this.#parts.refresh();
    return { comparison };
  }

  async stopLiveComparison(asked: string | undefined): Promise<LiveComparisonAnswer> {
    const { store } = await this.#opened(asked);
    await stopExperiment(store.dir);
    await store.audit.append('compare live', null, 'ended');
    await this.#parts.refresh();
    return { comparison: null };
  }

  async #opened(asked: string | undefined): Promise<{ readonly folder: string; readonly store: AdapterStore }> {
    const folder = this.#parts.folders.of(asked);
    return { folder, store: await AdapterStore.of(folder) };
  }
}
