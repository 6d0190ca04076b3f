/** Held-out places, completed as in the editor, against what was written there. */
import { completeAt } from '../../server/completion/completeAt.ts';
import { standsAlone } from '../../server/completion/filters/worth.ts';
import { chanceOf, firstLineAlone, type Writer, worthShowing } from '../../server/completion/worth.ts';
import type { AdapterRef, CompletionEngine, ModelInfo } from '../../server/engine/types.ts';
import { scoreCompletion, type Verdict } from '../../server/evaluation/metrics.ts';
import { languageIdOf } from '../../server/languages/languageId.ts';
import { syntaxFor } from '../../server/languages/syntax.ts';
import type { Pair } from '../../server/mining/types.ts';

export interface Completed {
  readonly pair: Pair;
  readonly text: string;
  readonly writer: Writer;
  readonly confidence: number;
  readonly characters: number;
  readonly verdict: Verdict;
  /** The verdict on its first line alone; null if that cannot stand alone. */
  readonly lineVerdict: Verdict | null;
}

export interface CompletionsRun {
  readonly asked: number;
  readonly offered: readonly Completed[];
  readonly seconds: number;
  /** Why nothing was offered, with counts. */
  readonly silent: ReadonlyMap<string, number>;
}

export interface RunOptions {
  readonly engine: CompletionEngine;
  readonly model: ModelInfo;
  readonly adapter: AdapterRef | null;
  readonly maxTokens: number;
  readonly withContext: boolean;
}

export async function completeAll(
  pairs: readonly Pair[],
  { maxTokens, withContext, ...serving }: RunOptions,
): Promise<CompletionsRun> {
  const offered: Completed[] = [];
  const silent = new Map<string, number>();
  const startedMs = performance.now();
  for (const pair of pairs) {
    const languageId = languageIdOf(pair.path);
    const target = {
      text: pair.prefix + pair.suffix,
      offset: pair.prefix.length,
      languageId,
      path: pair.path,
      repoName: '',
      context: withContext ? pair.context : '',
    };
    const outcome = await completeAt(target, serving, {
      invoked: false,
      maxTokens,
      everything: true,
    });
    if (outcome.kind === 'suggestion') {
      const syntax = await syntaxFor(languageId);
      const { text, writer, confidence } = outcome;
      const [lineRest = ''] = pair.suffix.split('\n', 1);
      const line = { ...outcome, text: firstLineAlone(text) };
      offered.push({
        pair,
        text,
        writer,
        confidence,
        characters: text.length,
        verdict: scoreCompletion(pair, outcome, syntax),
        lineVerdict: standsAlone(outcome, { lineRest }) ? scoreCompletion(pair, line, syntax) : null,
      });
    } else {
      const reason = outcome.kind === 'none' ? outcome.reason : outcome.kind;
      silent.set(reason, (silent.get(reason) ?? 0) + 1);
    }
  }
  return { asked: pairs.length, offered, seconds: (performance.now() - startedMs) / 1000, silent };
}

/** The same run without what is not worth reading, as an editor shows it. */
export function asShown(run: CompletionsRun): CompletionsRun {
  const offered = run.offered.flatMap((one) => {
    const text = worthShowing(one, one.lineVerdict !== null);
    if (text === null) return [];
    if (text === one.text) return [one];
    return [{ ...one, text, characters: text.length, verdict: one.lineVerdict ?? one.verdict }];
  });
  return { ...run, offered };
}

export interface QualityRow {
  readonly asked: number;
  readonly offered: number;
  readonly exact: number;
  readonly firstLine: number;
  readonly similarity: number;
  readonly syntaxValid: number;
  readonly endsRight: number;
  readonly charactersPerSecond: number;
}

/** Shares of what was offered. */
export function summarize({ asked, offered, seconds }: CompletionsRun): QualityRow {
  const share = (values: readonly number[]): number =>
    values.length === 0 ? Number.NaN : values.reduce((sum, value) => sum + value, 0) / values.length;
  const verdicts = offered.map(({ verdict }) => verdict);
  return {
    asked,
    offered: offered.length,
    exact: share(verdicts.map(({ exact }) => Number(exact))),
    firstLine: share(verdicts.map(({ firstLine }) => Number(firstLine))),
    similarity: share(verdicts.map((verdict) => verdict.similarity)),
    syntaxValid: share(verdicts.flatMap(({ syntaxValid }) => (syntaxValid === null ? [] : [Number(syntaxValid)]))),
    endsRight: share(verdicts.map(({ endsRight }) => Number(endsRight))),
    charactersPerSecond: offered.reduce((sum, { characters }) => sum + characters, 0) / seconds,
  };
}

export interface ChanceRow {
  readonly least: number;
  readonly offered: number;
  readonly firstLine: number;
  readonly similarity: number;
}

/** The suggestions at least that likely to have a right first line, and how good they are. */
export function byChance(offered: readonly Completed[], leastChances: readonly number[]): ChanceRow[] {
  return leastChances.map((least) => {
    const kept = offered.filter((one) => chanceOf(one) >= least);
    const mean = (value: (verdict: Verdict) => number): number =>
      kept.reduce((sum, { verdict }) => sum + value(verdict), 0) / kept.length;
    return {
      least,
      offered: kept.length / offered.length,
      firstLine: mean(({ firstLine }) => Number(firstLine)),
      similarity: mean((verdict) => verdict.similarity),
    };
  });
}
