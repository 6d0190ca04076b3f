/** For tests: an editor that asks a provider for completions, and an engine whose answers the test writes. */
import { readSettings } from '../common/settings.ts';
import { Turns } from '../engine/turns.ts';
import type { AdapterRef, CompleteRequest, CompleteResult, CompletionEngine, ModelInfo } from '../engine/types.ts';
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

interface Call {
  readonly request: CompleteRequest;
  readonly signal: AbortSignal | undefined;
  readonly adapter: AdapterRef | null;
  /** Text written so far. */
  write(text: string): void;
  finish(text: string, stopReason?: CompleteResult['stopReason']): void;
}

class ScriptedEngine implements CompletionEngine {
  readonly calls: Call[] = [];
  readonly #editor: Pick<AskingEditor, 'failing' | 'readPrompt'>;

  constructor(editor: Pick<AskingEditor, 'failing' | 'readPrompt'>) {
    this.#editor = editor;
  }

  async load(): Promise<ModelInfo> {
    return model;
  }
  async tokenize(texts: readonly string[]): Promise<number[][]> {
    return texts.map(() => []);
  }
  complete(request: CompleteRequest, signal?: AbortSignal, onText?: (text: string) => void): Promise<CompleteResult> {
    const { failing, readPrompt } = this.#editor;
    if (failing !== null) return Promise.reject(failing);
    return new Promise((resolve) => {
      const end = (text: string, stopReason: CompleteResult['stopReason']): void =>
        resolve({
          text,
          stopReason,
          generatedTokens: 1,
          logProbabilities: [-0.1],
          prompt: readPrompt,
          promptTokens: 9,
          evaluatedTokens: 3,
          passes: 1,
          promptMs: 1,
          generateMs: 1,
          cpuMs: 5,
        });
      signal?.addEventListener('abort', () => end('', 'cancelled'));
      this.calls.push({
        request,
        signal,
        adapter: request.adapter,
        write: (text) => onText?.(text),
        finish: (text, stopReason = 'end-of-text') => end(text, stopReason),
      });
    });
  }
  async score(): Promise<never[]> {
    return [];
  }
  async dispose(): Promise<void> {}
}

export class AskingEditor {
  readonly engine: ScriptedEngine = new ScriptedEngine(this);
  readonly provider: CompletionProvider;
  /** Engines created. */
  created = 0;
  adapter: AdapterRef | null = null;
  settings = readSettings({ completions: { debounceMs: 0, lookAhead: true } }).settings;
  /** Index of the prompt that the engine has time for. */
  readPrompt = 0;
  readMs = 0.01;
  engineMs = 0;
  cpuMs = 0;
  /** The engine's error; null while it answers. */
  failing: Error | null = null;
  errors: unknown[] = [];
  #document = '';

  constructor() {
    const host = new EngineHost({
      createEngine: () => {
        this.created++;
        return this.engine;
      },
      contextTokens: async () => 1024,
      onStatus: () => {},
      nowMs: () => performance.now(),
    });
    const paces = { of: async () => ({ readMs: this.readMs, writeMs: 0.1 }), learn: async () => {} };
    this.provider = new CompletionProvider({
      host,
      debounce: new Debounce({ mostMs: 0 }),
      turns: new Turns(),
      paces: paces as unknown as Paces,
      leans: () => NO_LEANS,
      settings: () => this.settings,
      modelPath: () => 'm.gguf',
      place: async () => ({ repoName: '', adapter: this.adapter }),
      disabled: () => (this.settings.completions.enabled ? null : 'completions are off'),
      otherFiles: () => ({ context: '', similar: '' }),
      wait: async () => {},
      nowMs: () => performance.now(),
      onBattery: () => false,
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

  async calls(count: number): Promise<Call[]> {
    while (this.engine.calls.length < count) await new Promise((resolve) => setTimeout(resolve, 1));
    return this.engine.calls;
  }

  async joined(): Promise<void> {
    while (this.provider.counters.joined === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

export const never = (): AbortSignal => new AbortController().signal;
