/** Examples in the form that the trainer takes. */
import { toTrainRow } from '../../server/engine/training/packing.ts';
import type { Sequence } from '../../server/engine/training/sequences.ts';
import type { LoadedEngine, TrainRow } from '../../server/engine/types.ts';
import { Preparation } from '../../server/tuning/prepare.ts';
import type { UsefulPlace } from '../usefulness/places.ts';
import type { Example, Method } from './examples.ts';
import type { Wish } from './kto.ts';

/** The training row of an example; every token of its text weighs 1. */
export interface Lesson {
  readonly row: TrainRow;
  /** Tokens that carry loss. */
  readonly textTokens: number;
  /** null: learned as ordinary text. `mismatched`: another such example's text at this place, for the reference point. */
  readonly kto: { readonly wish: Wish; readonly mismatched: TrainRow } | null;
}

/** In windows like a tune's. */
export async function layOut(
  examples: readonly Example[],
  method: Method,
  repository: string,
  serving: LoadedEngine,
): Promise<Lesson[]> {
  const rows = await rowsOf(examples, repository, serving);
  const judged = examples.flatMap(({ wish }, i) => (wish !== 'truth' && method[wish] === 'kto' ? [{ wish, i }] : []));
  const others = judged.map(({ i }, at) => {
    const other = examples[judged[(at + 1) % judged.length]!.i]!;
    return { place: examples[i]!.place, text: other.text, wish: other.wish };
  });
  const mismatched = await rowsOf(others, repository, serving);
  const kto = new Map(judged.map(({ wish, i }, at) => [i, { wish, mismatched: mismatched[at]! }]));
  return rows.map((row, i) => ({ row, textTokens: row.lossWeights.filter(Boolean).length, kto: kto.get(i) ?? null }));
}

async function rowsOf(
  examples: readonly Example[],
  repository: string,
  serving: LoadedEngine,
): Promise<readonly TrainRow[]> {
  const pairs = examples.map(({ place, text }): UsefulPlace => ({ ...place, middle: text, context: '' }));
  const { sequences } = await new Preparation({ repository, pairs }, serving).trainOn(pairs, Number.POSITIVE_INFINITY);
  const end = serving.model.special.eot;
  return sequences.map((sequence, i) => {
    // Accepting or rejecting a suggestion says nothing about where it should end.
    const open = examples[i]!.wish === 'truth' ? sequence : withoutEnd(sequence, end);
    return toTrainRow([open], 0);
  });
}

function withoutEnd(sequence: Sequence, end: number | undefined): Sequence {
  return sequence.tokens.at(-1) === end ? { ...sequence, tokens: sequence.tokens.slice(0, -1) } : sequence;
}
