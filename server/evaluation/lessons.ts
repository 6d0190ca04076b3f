/** Shows what an adapter has learned, as code: the training pairs whose loss fell most. */
import { Random } from '../common/random.ts';
import type { AdapterRef, LoadedEngine, Score, ScoreSample } from '../engine/types.ts';
import type { Pair } from '../mining/types.ts';
import { textEnd } from '../prompt/textEnd.ts';
import type { Lesson } from '../protocol/learning.ts';
import { ownFindings } from '../secrets/own.ts';
import { inPieces } from './inPieces.ts';
import { LossStore } from './lossStore.ts';
import { Scorer } from './scorer.ts';

/** Most pairs scored of all that were trained on; drawn at random. */
const MOST_SCORED = 64;
export const MOST_LESSONS = 8;
/** From one file. */
const MOST_OF_A_FILE = 2;
/** A mean over fewer says little. */
const LEAST_TOKENS = 6;
/** In nats a token. Losses are shown with two digits: "3.03 → 3.03 (0.00)" is no lesson. */
const LEAST_FALL = 0.01;
const LINES_BEFORE = 3;
export const MOST_TEXT = 600;

export interface Studied {
  readonly pairs: readonly Pair[];
  /** [pairs] as they were trained on. */
  readonly sequences: readonly { readonly tokens: Int32Array; readonly lossFrom: number }[];
}

export interface Models {
  /** What the run continued from; null for the base. */
  readonly before: AdapterRef | null;
  readonly after: AdapterRef;
}

export interface LessonLimits {
  readonly seconds: number;
  nowMs(): number;
}

/** @throws the signal's reason. */
export async function findLessons(
  serving: LoadedEngine,
  { pairs, sequences }: Studied,
  { before, after }: Models,
  { seconds, nowMs }: LessonLimits,
  signal?: AbortSignal,
): Promise<Lesson[]> {
  // Training text is not measured again, so its losses are not cached.
  const scorer = new Scorer(serving, await LossStore.open(null));
  const drawn = new Random(0, 0x1e55).shuffle([...pairs.keys()]).slice(0, MOST_SCORED);
  const models = [before, after].map((adapter) => ({ adapter, scores: [] as Score[] }));
  const limits = { from: 0, to: drawn.length, least: 0, untilMs: nowMs() + 1000 * seconds, nowMs, signal };
  const scored = await inPieces(models, limits, async ({ adapter, scores }, from, to, either) => {
    const samples = drawn.slice(from, to).map((i) => sampleOf(sequences[i]!, serving.model.special.eot));
    const fresh = await scorer.score(adapter, samples, either);
    return () => void scores.push(...fresh);
  });
  const [earlier, later] = models.map(({ scores }) => scores);
  const lessons = drawn.slice(0, scored).flatMap((i, at): Lesson[] => {
    const { nll, tokens } = earlier![at]!;
    return tokens < LEAST_TOKENS ? [] : [lessonOf(pairs[i]!, nll / tokens, later![at]!.nll / tokens)];
  });
  return mostLearned(lessons);
}

/** Those whose loss fell most, few from one file, none with a possible secret. */
export function mostLearned(lessons: readonly Lesson[]): Lesson[] {
  const fell = (lesson: Lesson): number => lesson.lossBefore - lesson.lossAfter;
  const ofFile = new Map<string, number>();
  const shown: Lesson[] = [];
  for (const lesson of lessons.toSorted((a, b) => fell(b) - fell(a))) {
    if (shown.length === MOST_LESSONS || fell(lesson) < LEAST_FALL) break;
    const known = ofFile.get(lesson.path) ?? 0;
    if (known === MOST_OF_A_FILE || ownFindings(lesson.before + lesson.text).length > 0) continue;
    ofFile.set(lesson.path, known + 1);
    shown.push(lesson);
  }
  return shown;
}

function lessonOf({ path, prefix, middle }: Pair, lossBefore: number, lossAfter: number): Lesson {
  const lines = prefix.split('\n');
  const before = lines.slice(-LINES_BEFORE).join('\n').slice(-MOST_TEXT);
  return { path, line: lines.length, before, text: middle.slice(0, MOST_TEXT), lossBefore, lossAfter };
}

function sampleOf(learned: Studied['sequences'][number], eot: number | undefined): ScoreSample {
  return { tokens: Array.from(learned.tokens), lossFrom: learned.lossFrom, lossTo: textEnd(learned, eot) };
}
