/** For tests: an editor that asks a provider for completions, and a scripted engine. */
import { readSettings } from '../common/settings.ts';
import { type ScriptedCall, ScriptedEngine } from '../engine/testingScripted.ts';
import { Turns } from '../engine/turns.ts';
import type { AdapterRef, ModelInfo } from '../engine/types.ts';
import { Debounce } from './debounce.ts';
import { EngineHost } from './host.ts';
import type { Paces } from './pace.ts';
import { CompletionProvider, type ProviderRequest } from './provider.ts';
import { NO_LEANS } from './statistics/lean.ts';

const model: ModelInfo = {
  path: 'm.gguf',
  architecture: 'llama',
  name: 'm',
  sizeBytes: 1,
  parameters: 1,
  contextLength: 1024,
  vocabularySize: 10,
  weightType: 'F16',
  special: { fimPrefix: 1, fimSuffix: 2, fimMiddle: 3, eot: 0 },
  promptOrder: 'suffix-first',
};

export class AskingEditor {
  engine = new ScriptedEngine(model);
  readonly provider: CompletionProvider;
  /** Engines created. */
  created = 0;
  /** Of the base's file, looked at again after a while. */
  stamp = '';
  #laterMs = 0;
  adapter: AdapterRef | null = null;
  settings = readSettings({ completions: { debounceMs: 0, lookAhead: true } }).settings;
  readMs = 0.01;
  engineMs = 0;
  cpuMs = 0;
  errors: unknown[] = [];
  onBattery = false;
  path = '';
  above = '';
  /** Places that were looked up; each is waited for if the test says so. */
  placed: string[] = [];
  placing: (uri: string) => Promise<void> = async () => {};
  nowMs = (): number => performance.now();
  waiting: (ms: number) => Promise<void> = async () => {};
  #document = '';

  constructor() {
    const host = new EngineHost({
      createEngine: () => {
        this.created++;
        return this.engine;
      },
      contextTokens: async () => 1024,
      onStatus: () => {},
      stampOf: async () => this.stamp,
      nowMs: () => performance.now() + this.#laterMs,
    });
    const paces = { of: async () => ({ startMs: 0, readMs: this.readMs, writeMs: 0.1 }), learn: async () => {} };
    this.provider = new CompletionProvider({
      host,
      debounce: new Debounce({ mostMs: 0 }),
      turns: new Turns(),
      paces: paces as unknown as Paces,
      leans: () => NO_LEANS,
      settings: () => this.settings,
      modelPath: () => 'm.gguf',
      place: async (uri) => {
        this.placed.push(uri);
        await this.placing(uri);
        return { repoName: '', path: this.path, adapter: this.adapter };
      },
      disabled: () => (this.settings.completions.enabled ? null : 'completions are off'),
      textAbove: () => this.above,
      otherFiles: () => ({ context: '', similar: '' }),
      wait: (ms) => this.waiting(ms),
      nowMs: () => this.nowMs(),
      onBattery: () => this.onBattery,
      documentChanged: ({ text }) => text !== this.#document,
      onEngineTime: (ms) => {
        this.engineMs += ms;
      },
      onCpuTime: (ms) => {
        this.cpuMs += ms;
      },
      onError: (error) => this.errors.push(error),
    });
  }

  /** A request at ║; the text becomes the document. */
  at(marked: string, invoked = false): ProviderRequest {
    const offset = marked.indexOf('║');
    this.#document = marked.replace('║', '');
    return { uri: 'file:///a.txt', text: this.#document, offset, languageId: 'plaintext', invoked };
  }

  /** Another base lies at the path of the one that serves. */
  replaceBase(): void {
    this.engine = new ScriptedEngine(model);
    this.stamp += 'again';
    this.#laterMs += 60_000;
  }

  calls(count: number): Promise<readonly ScriptedCall[]> {
    return this.engine.asked(count);
  }

  async joined(): Promise<void> {
    while (this.provider.counters.joined === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

export const never = (): AbortSignal => new AbortController().signal;
