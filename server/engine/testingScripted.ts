/** For tests: an engine whose answers the test writes. */
import type { CompleteRequest, CompleteResult, CompletionEngine, ModelInfo, Score, ScoreSample } from './types.ts';

export interface ScriptedCall {
  readonly request: CompleteRequest;
  readonly signal: AbortSignal | undefined;
  /** The prompt, special tokens as `<name>`. */
  readonly prompt: string;
  /** Text written so far. */
  write(text: string): void;
  finish(text: string, more?: Partial<CompleteResult>): void;
}

export class ScriptedEngine implements CompletionEngine {
  readonly calls: ScriptedCall[] = [];
  model: ModelInfo;
  /** If set, answers every call. */
  script: ((call: ScriptedCall) => void) | null = null;
  /** What every call fails with; null while it answers. */
  failing: Error | null = null;
  /** Index of the prompt that it has time for. */
  readPrompt = 0;

  constructor(model: ModelInfo) {
    this.model = model;
  }

  async load(): Promise<ModelInfo> {
    return this.model;
  }
  async tokenize(texts: readonly string[]): Promise<number[][]> {
    return texts.map(() => []);
  }
  complete(request: CompleteRequest, signal?: AbortSignal, onText?: (text: string) => void): Promise<CompleteResult> {
    if (this.failing !== null) return Promise.reject(this.failing);
    return new Promise((resolve) => {
      const finish = (text: string, more: Partial<CompleteResult> = {}): void =>
        resolve({
          text,
          stopReason: 'end-of-text',
          generatedTokens: 1,
          logProbabilities: [-0.1],
          ends: [Buffer.byteLength(text)],
          prompt: this.readPrompt,
          promptTokens: 9,
          evaluatedTokens: 3,
          passes: 1,
          promptMs: 1,
          generateMs: 1,
          cpuMs: 5,
          ...more,
        });
      signal?.addEventListener('abort', () => finish('', { stopReason: 'cancelled' }));
      const call: ScriptedCall = {
        request,
        signal,
        prompt: request.prompt.map((part) => ('text' in part ? part.text : `<${part.special}>`)).join(''),
        write: (text) => onText?.(text),
        finish,
      };
      this.calls.push(call);
      this.script?.(call);
    });
  }
  /** The first is the likeliest: of next edits, the unchanged region. */
  async score(samples: readonly ScoreSample[]): Promise<Score[]> {
    return samples.map((_, i) => ({ nll: 40 * i, tokens: 1, top1: 0 }));
  }
  /** Its calls, once it has been asked so often. */
  async asked(times: number): Promise<readonly ScriptedCall[]> {
    while (this.calls.length < times) await new Promise((resolve) => setTimeout(resolve, 1));
    return this.calls;
  }
  async dispose(): Promise<void> {}
}
