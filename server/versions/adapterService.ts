/**
 * Operations on, and queries about, the adapters of one repository: for the editor, the panel and the command line alike. Everything
 * rejects with a message for the user.
 */

import { basename } from 'node:path';
import type { AuditEntry } from '../adapters/audit.ts';
import { commitsSince, lineageOf } from '../adapters/lineage.ts';
import { type Route, readRoutes, removeRoutes, samePlace, setRoute } from '../adapters/routes.ts';
import { AdapterStore, type DamagedAdapter, type StoredAdapter } from '../adapters/store.ts';
import type { LoadedEngine } from '../engine/types.ts';
import { MEASURED_ON } from '../evaluation/evaluateTune.ts';
import { placeInRepository } from '../git/placeInRepository.ts';
import { findWorkTree } from '../git/repository.ts';
import type { AdapterSummary, RouteParams, RoutePlace, TuneResult } from '../protocol/index.ts';
import type { Report } from '../protocol/report.ts';
import { sha256OfModel } from '../storage/hash.ts';
import { AwakeClock, BUSY_TICK_MS } from '../system/awakeClock.ts';
import type { ComparedVersions } from './compareVersions.ts';
import type { ExportTarget } from './interchange.ts';
import type { JudgeDependencies, JudgedVersion } from './judgeVersion.ts';
import { lastResult, readReport } from './lastResult.ts';
import { LiveComparisons } from './liveComparisons.ts';
import { summaryOf } from './summary.ts';

/** What the service needs from its caller. */
export interface AdapterSurroundings {
  /** The base that serves, to measure on, to export with and to import for. */
  modelPath(): string;
  /** Keeps the serving engine alive for `work`; the engine is loaded when `work` asks for it. */
  lendServing<T>(work: (serving: () => Promise<LoadedEngine>) => Promise<T>): Promise<T>;
  /** Who switches adapters, for the record. */
  readonly switchedBy: 'by command' | 'chosen in the editor';
  /** Mines the pairs that versions are measured on. */
  readonly mineHeldOut: JudgeDependencies['mineHeldOut'];
  nowMs(): number;
}

export interface JudgeLimits {
  /** Most held-out pairs. */
  readonly pairs: number;
  readonly secondsPerModel: number;
}

/** Like a tune's, so that both measurements mean the same. */
export const TUNE_LIMITS: JudgeLimits = { pairs: MEASURED_ON.pairs, secondsPerModel: 30 };

export class AdapterService {
  readonly folder: string;
  readonly live: LiveComparisons;
  readonly #store: AdapterStore;
  readonly #surroundings: AdapterSurroundings;

  private constructor(folder: string, store: AdapterStore, surroundings: AdapterSurroundings) {
    this.folder = folder;
    this.live = new LiveComparisons(store, surroundings.modelPath, surroundings.nowMs);
    this.#store = store;
    this.#surroundings = surroundings;
  }

  /** The service for the repository that `folder` lies in. Creates nothing. */
  static async of(folder: string, surroundings: AdapterSurroundings): Promise<AdapterService> {
    return new AdapterService(folder, await AdapterStore.of(folder), surroundings);
  }

  /** Newest first. */
  list(): Promise<{ readonly adapters: readonly StoredAdapter[]; readonly damaged: readonly DamagedAdapter[] }> {
    return this.#store.list();
  }

  async summaries(): Promise<AdapterSummary[]> {
    const { adapters } = await this.list();
    if (adapters.length === 0) return [];
    // That it cannot be read is told where it is loaded.
    const baseSha256 = await sha256OfModel(this.#surroundings.modelPath()).catch(() => null);
    return adapters.map((adapter) => summaryOf(adapter, baseSha256));
  }

  /** By id, unique prefix of an id, or name (the newest of that name). */
  find(wanted: string): Promise<StoredAdapter> {
    return this.#store.find(wanted);
  }

  active(): Promise<StoredAdapter | null> {
    return this.#store.active();
  }

  /** Activates a version, the newest if none is named. */
  async activate(wanted: string | undefined, { force }: { readonly force: boolean }): Promise<StoredAdapter> {
    const chosen = wanted ?? (await this.list()).adapters[0]?.id;
    if (chosen === undefined)
      throw new Error(
        'There is no adapter for this repository yet. Run "Repotune: Tune on This Repository" first (on the command line: repotune tune).',
      );
    return this.#store.activate(chosen, this.#surroundings.switchedBy, { force });
  }

  /** From then on the base serves alone. */
  disable(): Promise<void> {
    return this.#store.disable(this.#surroundings.switchedBy);
  }

  /** Reactivates what served before; returns its id, null for the base. */
  rollBack(): Promise<string | null> {
    return this.#store.rollBack();
  }

  /** What rolling back leads to: see {@link AdapterStore.previous}. */
  previous(): ReturnType<AdapterStore['previous']> {
    return this.#store.previous();
  }

  rename(wanted: string, name: string): Promise<void> {
    return this.#store.rename(wanted, name);
  }

  /** `id`: possibly of one whose files are damaged. */
  async remove(id: string): Promise<void> {
    const { clearShared, markOutdated } = await import('../sharing/leftovers.ts');
    await markOutdated(this.#store.dir);
    try {
      await this.#store.remove(id);
    } finally {
      await clearShared(this.#store.dir);
    }
  }

  /** The version first, then the ones it was continued from; a deleted one is given by its id. */
  async lineage(wanted: string): Promise<(StoredAdapter | string)[]> {
    const { id } = await this.find(wanted);
    return lineageOf((await this.list()).adapters, id);
  }

  /** The report of its tune, or of its author. */
  report(wanted: string): Promise<Report> {
    return readReport(this.#store, wanted);
  }

  /** The newest version's result, as if its run had just ended. */
  lastResult(): Promise<TuneResult | null> {
    return lastResult(this.#store, this.folder);
  }

  /** Commits since the active version was tuned; null without one, or where git cannot tell. */
  async commitsSinceTune(): Promise<number | null> {
    const active = await this.active();
    return active === null ? null : commitsSince(this.folder, active.manifest.dataset.commit);
  }

  /** The audit log of the adapters, oldest first. */
  record(): Promise<readonly AuditEntry[]> {
    return this.#store.audit.read();
  }

  /**
   * Judges a version by the gate, on this clone's held-out files. `keep`: the verdict is stored as the version's standing here; `activate`:
   * it serves from then on if it passes.
   */
  async judge(
    adapter: StoredAdapter,
    { keep, activate, ...limits }: JudgeLimits & { readonly keep: boolean; readonly activate: boolean },
    onMessage: (message: string) => void,
    signal: AbortSignal,
  ): Promise<JudgedVersion> {
    const { modelPath } = this.#surroundings;
    const { judgeVersion } = await import('./judgeVersion.ts');
    const request = {
      folder: this.folder,
      store: this.#store,
      adapter,
      modelPath: modelPath(),
      keep,
      activate,
      ...limits,
    };
    return this.#measuring((measuring) => judgeVersion(request, measuring, onMessage, signal));
  }

  /** Measures both on the held-out files of the working tree: in the report, `tuned` is the first, `active` the second. */
  async compare(
    first: string,
    second: string,
    onMessage: (message: string) => void,
    signal: AbortSignal,
  ): Promise<ComparedVersions> {
    const { modelPath } = this.#surroundings;
    const { compareVersions } = await import('./compareVersions.ts');
    const request = {
      folder: this.folder,
      store: this.#store,
      names: [first, second],
      modelPath: modelPath(),
    } as const;
    return this.#measuring((measuring) => compareVersions(request, measuring, onMessage, signal));
  }

  /** Lends the engine, and a clock that stops while the machine sleeps: a lid that is closed must not end what is measured. */
  async #measuring<T>(work: (measuring: JudgeDependencies) => Promise<T>): Promise<T> {
    const { lendServing, mineHeldOut, nowMs } = this.#surroundings;
    const awake = new AwakeClock(undefined, BUSY_TICK_MS);
    try {
      const workedMs = (): number => awake.nowMs();
      return await lendServing((serving) => work({ serving, mineHeldOut, nowMs, workedMs }));
    } finally {
      awake.dispose();
    }
  }

  /** Path of the folder from its repository's root, to which routes are relative. */
  async within(): Promise<string> {
    return (await placeInRepository(this.folder)).within.join('/');
  }

  routes(): Promise<readonly Route[]> {
    return readRoutes(this.#store.dir);
  }

  async setRoute({ adapter, ...place }: RouteParams): Promise<readonly Route[]> {
    const id = adapter === null ? null : (await this.find(adapter)).id;
    const routes = await setRoute(this.#store.dir, { ...place, adapter: id });
    await this.#store.audit.append('route', id, JSON.stringify(place));
    return routes;
  }

  async removeRoute(place: RoutePlace): Promise<readonly Route[]> {
    const routes = await removeRoutes(this.#store.dir, (route) => samePlace(route, place));
    await this.#store.audit.append('route', null, `none for ${JSON.stringify(place)}`);
    return routes;
  }

  /** Loads native code: a server runs it in a process of the command line. */
  async export(wanted: string, target: ExportTarget): Promise<void> {
    const { exportAdapter } = await import('./interchange.ts');
    return exportAdapter(this.#store, wanted, target, this.#surroundings.modelPath());
  }

  /** Loads native code, too. The adapter stays inactive: it has not been measured here. @returns its id */
  async import(source: string, name: string | undefined): Promise<string> {
    const { importAdapter } = await import('./interchange.ts');
    // A server's working directory is where its editor was started, not the repository.
    const repository = basename((await findWorkTree(this.folder))?.root ?? this.folder);
    return importAdapter(this.#store, { path: source, name, repository }, this.#surroundings.modelPath());
  }
}
