/** Runs one arm at one place: what typing would show there, and how well the arm predicts what was written. */
import { readSettings } from '../../server/common/settings.ts';
import { completeAt } from '../../server/completion/completeAt.ts';
import { standsAlone } from '../../server/completion/filters/worth.ts';
import { firstLineAlone } from '../../server/completion/worth.ts';
import type { AdapterRef, LoadedEngine } from '../../server/engine/types.ts';
import { type Insertion, scoreCompletion } from '../../server/evaluation/metrics.ts';
import { languageIdOf } from '../../server/languages/languageId.ts';
import { type SyntaxReader, syntaxFor } from '../../server/languages/syntax.ts';
import { buildTrainingSequences, cutTo, formatFor, servedBudget } from '../../server/prompt/index.ts';
import { textEnd } from '../../server/prompt/textEnd.ts';
import type { UsefulPlace } from './places.ts';
import type { Found } from './work.ts';

export interface ArmServing {
  readonly serving: LoadedEngine;
  readonly adapter: AdapterRef | null;
  readonly withContext: boolean;
  /** Window size in tokens; null: the model's context. */
  readonly promptTokens: number | null;
  readonly repoName: string;
}

const { maxTokens } = readSettings({}).settings.completions;

export async function judge(place: UsefulPlace, arm: ArmServing): Promise<Found> {
  const { serving, adapter, withContext, promptTokens, repoName } = arm;
  const { path } = place;
  const languageId = languageIdOf(path);
  const context = withContext ? place.context : '';
  const outcome = await completeAt(
    { text: place.prefix + place.suffix, offset: place.prefix.length, languageId, path, repoName, context },
    { ...serving, adapter },
    {
      invoked: false,
      patient: true,
      maxTokens,
      // What would not be shown is recorded too, so that showing can be decided afterwards.
      everything: true,
      ...(promptTokens === null ? {} : { promptTokens }),
    },
  );
  const loss = await lossAt(place, arm, context);
  const promptUsed = 'usage' in outcome ? (outcome.usage?.promptTokens ?? 0) : 0;
  const nothing = { text: '', confidence: null, exact: false, firstLine: false, similarity: 0, kept: 0, alone: null };
  if (outcome.kind !== 'suggestion') {
    const silent = outcome.kind === 'none' ? outcome.reason : outcome.kind;
    return { ...nothing, silent, syntaxValid: null, ...loss, promptTokens: promptUsed, file: null };
  }
  const syntax = await syntaxFor(languageId);
  const { exact, firstLine, similarity, syntaxValid } = scoreCompletion(place, outcome, syntax);
  return {
    text: outcome.text,
    silent: '',
    confidence: outcome.confidence,
    exact,
    firstLine,
    similarity,
    kept: keptCharacters(place, outcome),
    syntaxValid,
    ...loss,
    promptTokens: promptUsed,
    file: null,
    alone: lineAlone(place, outcome, syntax),
  };
}

/** If several lines were written and the first can stand alone: the first line, as the editor shows it. */
export function lineAlone(
  place: UsefulPlace,
  { text, replaceAfter }: Insertion,
  syntax: SyntaxReader | null,
): Found['alone'] {
  const line = firstLineAlone(text);
  const [lineRest = ''] = place.suffix.split('\n', 1);
  if (line === text || !standsAlone({ replaceAfter }, { lineRest })) return null;
  const { exact, similarity, syntaxValid } = scoreCompletion(place, { text: line, replaceAfter }, syntax);
  return { exact, similarity, syntaxValid };
}

/** What a user would keep of a suggestion: everything before its first wrong character. */
export function keptCharacters(
  { middle, suffix }: Pick<UsefulPlace, 'middle' | 'suffix'>,
  { text, replaceAfter }: Insertion,
): number {
  const written = (middle + suffix.slice(0, replaceAfter)).trimEnd();
  let at = 0;
  while (at < text.length && at < written.length && text[at] === written[at]) at++;
  return at;
}

async function lossAt(
  { prefix, middle, suffix }: UsefulPlace,
  { serving: { engine, model }, adapter, repoName, promptTokens }: ArmServing,
  context: string,
): Promise<Pick<Found, 'nll' | 'bytes' | 'end'>> {
  const format = formatFor(model, adapter);
  // The completion's windows, since what it has read is in the KV cache.
  const budget = await servedBudget({ engine, model });
  const [sequence] = await buildTrainingSequences(
    [{ repoName: format.repoTokens ? repoName : '', context, prefix, middle, suffix }],
    format,
    promptTokens === null ? budget : cutTo(promptTokens, budget),
    { tokenize: (texts) => engine.tokenize(texts), special: model.special },
  );
  const { tokens, lossFrom } = sequence!;
  const last = textEnd(sequence!, model.special.eot);
  const whole = { tokens, lossFrom, lossTo: tokens.length };
  const ends = last < tokens.length;
  const [score, end] = await engine.score(ends ? [whole, { ...whole, lossFrom: last }] : [whole], adapter);
  return { nll: score!.nll, bytes: Buffer.byteLength(middle), end: end?.nll ?? null };
}
