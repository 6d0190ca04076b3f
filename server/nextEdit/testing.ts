/** For tests: an engine that answers as it is told. */
import type {
  CompleteRequest,
  CompleteResult,
  CompletionEngine,
  ModelInfo,
  Score,
  ScoreSample,
} from '../engine/types.ts';

export const fileModel: ModelInfo = {
  path: 'm.gguf',
  architecture: 'qwen2',
  name: 'm',
  sizeBytes: 1,
  parameters: 500e6,
  contextLength: 2048,
  vocabularySize: 10,
  weightType: 'F16',
  special: { fileSep: 1, eot: 0 },
  promptOrder: null,
};

export interface ScriptedCall {
  readonly request: CompleteRequest;
  readonly signal: AbortSignal | undefined;
  /** The prompt, special tokens as `<name>`. */
  readonly prompt: string;
  write(text: string): void;
  finish(text: string, more?: Partial<CompleteResult>): void;
}

export class ScriptedEngine implements CompletionEngine {
  readonly calls: ScriptedCall[] = [];
  /** Answers by itself where it is given. */
  script: ((call: ScriptedCall) => void) | null = null;
  model = fileModel;
  async load(): Promise<ModelInfo> {
    return this.model;
  }
  async tokenize(texts: readonly string[]): Promise<number[][]> {
    return texts.map(() => []);
  }
  complete(request: CompleteRequest, signal?: AbortSignal, onText?: (text: string) => void): Promise<CompleteResult> {
    return new Promise((resolve) => {
      const end = (text: string, more: Partial<CompleteResult>): void =>
        resolve({
          text,
          stopReason: 'end-of-text',
          generatedTokens: 1,
          logProbabilities: [-0.1],
          prompt: 0,
          promptTokens: 9,
          evaluatedTokens: 3,
          passes: 1,
          promptMs: 1,
          generateMs: 1,
          cpuMs: 5,
          ...more,
        });
      signal?.addEventListener('abort', () => end('', { stopReason: 'cancelled' }));
      const call: ScriptedCall = {
        request,
        signal,
        prompt: request.prompt.map((part) => ('text' in part ? part.text : `<${part.special}>`)).join(''),
        write: (text) => onText?.(text),
        finish: (text, more = {}) => end(text, more),
      };
      this.calls.push(call);
      this.script?.(call);
    });
  }
  /** The first is the likeliest: a region as it is. */
  async score(samples: readonly ScoreSample[]): Promise<Score[]> {
    return samples.map((_, i) => ({ nll: 40 * i, tokens: 1, top1: 0 }));
  }
  async dispose(): Promise<void> {}
}
