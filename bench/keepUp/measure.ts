/** Measures an adapter on held-out pairs: their loss, and what a user would keep of its suggestions there. */
import { readSettings } from '../../server/common/settings.ts';
import { completeAt } from '../../server/completion/completeAt.ts';
import type { AdapterRef, LoadedEngine } from '../../server/engine/types.ts';
import { languageIdOf } from '../../server/languages/languageId.ts';
import type { Pair } from '../../server/mining/types.ts';
import { budgetFor } from '../../server/prompt/index.ts';
import { Preparation } from '../../server/tuning/prepare.ts';
import { keptCharacters } from '../usefulness/judge.ts';
import type { Measured } from './work.ts';

export interface Measuring {
  readonly serving: LoadedEngine;
  readonly repository: string;
  /** How many of the first pairs are also completed. */
  readonly places: number;
}

const TYPING = {
  invoked: false,
  patient: true,
  promptTokens: budgetFor(1024).promptTokens,
  maxTokens: readSettings({}).settings.completions.maxTokens,
} as const;

export async function measure(
  pairs: readonly Pair[],
  adapter: AdapterRef | null,
  { serving, repository, places }: Measuring,
): Promise<Measured> {
  const { samples } = await new Preparation({ repository, pairs: [] }, serving).heldOutOf(pairs);
  const scores = await serving.engine.score(samples, adapter);
  const measured: Measured = [];
  for (const [i, pair] of pairs.entries()) {
    const { nll, tokens } = scores[i]!;
    const completed = i < places ? await complete(pair, adapter, serving, repository) : { kept: null, offered: null };
    measured.push({ nll, tokens, ...completed });
  }
  return measured;
}

async function complete(
  { path, prefix, middle, suffix, context }: Pair,
  adapter: AdapterRef | null,
  { engine, model }: LoadedEngine,
  repoName: string,
): Promise<{ readonly kept: number; readonly offered: boolean }> {
  const languageId = languageIdOf(path);
  const target = { text: prefix + suffix, offset: prefix.length, languageId, path, repoName, context };
  const outcome = await completeAt(target, { engine, model, adapter }, TYPING);
  if (outcome.kind !== 'suggestion') return { kept: 0, offered: false };
  return { kept: keptCharacters({ middle, suffix }, outcome), offered: true };
}
