/** A window's completion engine with the base from its settings: loaded while completions are on, or during a measurement. */
import { EngineHost, type HostDependencies } from '../completion/host.ts';
import type { LoadedEngine } from '../engine/types.ts';
import type { EngineStatus } from '../protocol/index.ts';
import type { Client } from './client.ts';
import type { Complaints } from './complaints.ts';
import type { WindowSettings } from './windowSettings.ts';

export interface WindowEngineParts
  extends Pick<HostDependencies, 'createEngine' | 'contextTokens' | 'onStatus' | 'onLoaded'> {
  readonly client: Pick<Client, 'log'>;
  readonly complaints: Complaints;
  readonly settings: WindowSettings;
  modelPath(): string;
  /** The base serves again after a failure, or another one in its place: queries that need it can be repeated. */
  onBack(): void;
}

export class WindowEngine {
  readonly host: EngineHost;
  readonly #parts: WindowEngineParts;
  /** Since it last served it has failed, or was replaced. */
  #gone = false;

  constructor(parts: WindowEngineParts) {
    const { createEngine, contextTokens, onLoaded } = parts;
    this.#parts = parts;
    this.host = new EngineHost({
      createEngine,
      contextTokens,
      ...(onLoaded === undefined ? {} : { onLoaded }),
      onReplaced: () => {
        this.#gone = true;
      },
      nowMs: () => performance.now(),
      onStatus: (status) => this.#heard(status),
    });
  }

  /** Loads the base if completions are on: the first suggestion waits for it. */
  loadIfOn(): void {
    if (this.#isOn) void this.loaded().catch(() => {});
  }

  /** Rejects with a message for the user. */
  loaded(): Promise<LoadedEngine> {
    return this.host.loaded({ modelPath: this.#parts.modelPath(), device: this.#parts.settings.current.device });
  }

  /**
   * Keeps the base loaded for `work`, even if completions are off, and only for as long as needed. Switching to another base or device
   * meanwhile ends it.
   */
  lend<T>(work: (serving: () => Promise<LoadedEngine>) => Promise<T>): Promise<T> {
    return this.host.lend(
      () => work(() => this.loaded()),
      () => this.#isOn,
    );
  }

  /** Off means off: no model stays in memory. */
  async unloadIfOff(): Promise<void> {
    if (!this.#isOn) await this.host.unloadIfIdle();
  }

  get #isOn(): boolean {
    return this.#parts.settings.current.completions.enabled;
  }

  #heard(status: EngineStatus): void {
    const { client, complaints, onStatus, onBack } = this.#parts;
    onStatus(status);
    client.log(`engine: ${status.kind}`);
    if (status.kind === 'ready') complaints.forget();
    if (status.kind === 'restarting') complaints.warn(status.message);
    if (status.kind === 'failed') complaints.error(status.message);
    if (status.kind === 'ready' && this.#gone) onBack();
    if (status.kind === 'ready' || status.kind === 'failed') this.#gone = status.kind === 'failed';
  }
}
