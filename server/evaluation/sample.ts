import { completeAt } from '../completion/completeAt.ts';
import { languageIdOf } from '../completion/languageOf.ts';
import type { AdapterRef, CompletionEngine, ModelInfo } from '../engine/types.ts';
import type { Pair } from '../mining/types.ts';
import type { SampleCompletion } from '../tuning/types.ts';

export interface Serving {
  readonly engine: CompletionEngine;
  readonly model: ModelInfo;
}

const MOST_TRIED = 12;
const MOST_MIDDLE = 200;
const LINES_BEFORE = 4;
const MAX_TOKENS = 64;

/** The first held-out pair, in a fixed order, that base and tuned complete differently; null when none of a dozen is. */
export async function sampleCompletion(
  serving: Serving,
  repoName: string,
  heldOut: readonly Pair[],
  tuned: AdapterRef,
  signal?: AbortSignal,
): Promise<SampleCompletion | null> {
  const short = heldOut.filter(({ middle }) => middle.trim().length >= 8 && middle.length <= MOST_MIDDLE);
  for (const pair of short.slice(0, MOST_TRIED)) {
    signal?.throwIfAborted();
    const base = await completionOf(pair, serving, repoName, null, signal);
    const after = await completionOf(pair, serving, repoName, tuned, signal);
    if (base !== after) {
      const lines = pair.prefix.split('\n');
      const before = lines.slice(-LINES_BEFORE).join('\n');
      return { path: pair.path, line: lines.length, before, expected: pair.middle, base, tuned: after };
    }
  }
  return null;
}

/** What the editor would show at the pair's place with its middle not yet written; '' for nothing. */
export async function completionOf(
  { path, prefix, suffix, context }: Pair,
  { engine, model }: Serving,
  repoName: string,
  adapter: AdapterRef | null,
  signal?: AbortSignal,
): Promise<string> {
  const target = { text: prefix + suffix, offset: prefix.length, languageId: languageIdOf(path), repoName, context };
  const outcome = await completeAt(
    target,
    { engine, model, adapter },
    { maxTokens: MAX_TOKENS, invoked: true },
    signal,
  );
  return outcome.kind === 'suggestion' ? outcome.text : '';
}
