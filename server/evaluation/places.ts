/** Completions at held-out places, as the editor shows them unasked with default settings, compared with what a person wrote there. */

import { readSettings } from '../common/settings.ts';
import { completeAt } from '../completion/completeAt.ts';
import { outliving } from '../engine/outliving.ts';
import type { AdapterRef, LoadedEngine } from '../engine/types.ts';
import { languageIdOf } from '../languages/languageId.ts';
import { syntaxFor } from '../languages/syntax.ts';
import type { Pair } from '../mining/types.ts';
import { WINDOW_TOKENS, type Windows } from '../prompt/heldOutWindows.ts';
import { budgetFor } from '../prompt/index.ts';
import { scoreCompletion, type Verdict } from './metrics.ts';

export interface Place {
  /** '' if nothing was offered. */
  readonly text: string;
  /** null if nothing was offered. */
  readonly verdict: Verdict | null;
  readonly latencyMs: number;
}

/** No time limits, so that offers reflect the model and not the machine's speed. */
const TYPING = {
  invoked: false,
  patient: true,
  maxTokens: readSettings({}).settings.completions.maxTokens,
} as const;

function typingIn(windows: Windows) {
  return { ...TYPING, promptTokens: budgetFor(WINDOW_TOKENS[windows]).promptTokens };
}

/** `windows`: as long as those for losses. */
export async function completePlace(
  pair: Pair,
  serving: LoadedEngine,
  repoName: string,
  adapter: AdapterRef | null,
  windows: Windows = 'long',
  signal?: AbortSignal,
): Promise<Place> {
  const { path, prefix, suffix, context } = pair;
  const languageId = languageIdOf(path);
  const target = { text: prefix + suffix, offset: prefix.length, languageId, path, repoName, context };
  const startedMs = performance.now();
  const ask = () => completeAt(target, { ...serving, adapter }, typingIn(windows), signal);
  const outcome = await outliving(serving, ask, signal);
  const latencyMs = performance.now() - startedMs;
  if (outcome.kind !== 'suggestion') return { text: '', verdict: null, latencyMs };
  return { text: outcome.text, verdict: scoreCompletion(pair, outcome, await syntaxFor(languageId)), latencyMs };
}

export interface PlaceFigures {
  readonly places: number;
  readonly offered: number;
  /** Shares of all places; offering nothing counts as wrong. */
  readonly exact: number;
  readonly firstLine: number;
  readonly editSimilarity: number;
  /** Share of the places where validity can be determined; null without any. */
  readonly syntaxValid: number | null;
  readonly medianLatencyMs: number;
}

export function figuresOf(places: readonly Place[]): PlaceFigures {
  const verdicts = places.map(({ verdict }) => verdict);
  const judged = verdicts.flatMap((verdict) => (verdict?.syntaxValid == null ? [] : [verdict.syntaxValid]));
  return {
    places: places.length,
    offered: verdicts.filter((verdict) => verdict !== null).length,
    exact: mean(verdicts.map((verdict) => Number(verdict?.exact ?? false))),
    firstLine: mean(verdicts.map((verdict) => Number(verdict?.firstLine ?? false))),
    editSimilarity: mean(verdicts.map((verdict) => verdict?.similarity ?? 0)),
    syntaxValid: judged.length === 0 ? null : mean(judged.map(Number)),
    medianLatencyMs: median(places.map(({ latencyMs }) => latencyMs)),
  };
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
