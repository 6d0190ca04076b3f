/** What an editor knows about the suggestions it showed, as training examples. */
import type { Writer } from '../../server/completion/worth.ts';
import { asShown } from '../usefulness/figures.ts';
import type { UsefulPlace } from '../usefulness/places.ts';
import type { Found } from '../usefulness/work.ts';
import type { Wish } from './kto.ts';

/** A text at a place. */
export interface Example {
  readonly place: UsefulPlace;
  readonly text: string;
  /** `truth`: what was finally written there. */
  readonly wish: Wish | 'truth';
}

/** How an arm learns each kind; it does not see unnamed ones. */
export type Method = Readonly<Partial<Record<Example['wish'], 'kto' | 'supervised'>>>;

/** Each continues from the same adapter; `as-is` is that adapter. */
export const ARMS = {
  'as-is': {},
  kept: { accepted: 'supervised' },
  truth: { truth: 'supervised' },
  kto: { accepted: 'kto', rejected: 'kto' },
  'desirable-truth': { accepted: 'kto', truth: 'supervised' },
  'kto-truth': { accepted: 'kto', rejected: 'kto', truth: 'supervised' },
} as const satisfies Record<string, Method>;
export type ArmName = keyof typeof ARMS;

/** For places where something is shown unasked: what was shown, accepted if its first line was written there, and the truth. */
export function examplesOf(places: readonly UsefulPlace[], found: readonly Found[], writer: Writer): Example[] {
  return found.flatMap((one, i): Example[] => {
    const { text, firstLine } = asShown(one, writer);
    const place = places[i]!;
    if (text === '') return [];
    return [
      { place, text, wish: firstLine ? 'accepted' : 'rejected' },
      { place, text: place.middle, wish: 'truth' },
    ];
  });
}

/** The examples that the method learns from. */
export function seenBy(method: Method, examples: readonly Example[]): Example[] {
  return examples.filter(({ wish }) => method[wish] !== undefined);
}
