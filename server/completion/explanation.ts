/** Why a place gets no suggestion while somebody types there, for that person. */
import type { Explanation } from '../protocol/index.ts';
import { type CompletionOutcome, type Occasion, TYPING_DEADLINE_MS } from './completeAt.ts';
import type { CompletionTarget, Generation } from './generate.ts';
import { LONGEST_LINE, type Offer, present } from './present.ts';
import { chanceOf, firstLine } from './worth.ts';

/** Longer lines are cut. */
const MOST_SHOWN = 60;

/**
 * By the reasons of `present.ts` and the filters. `ask`: an explicit request asks the model where typing does not, or tries other
 * candidates.
 */
const REASONS: Readonly<Record<string, readonly [text: string, more: Explanation['more']]>> = {
  'inside a word': ['The cursor is inside a word: while you type, Repotune suggests only at the end of one.', 'ask'],
  'line too long to be code': [
    `This line has more than ${LONGEST_LINE} characters before or after the cursor: Repotune takes it for data and suggests nothing while you type.`,
    'ask',
  ],
  'nothing but blanks': ['The model takes the code for complete at the cursor, and wrote nothing.', 'ask'],
  'repeats itself': ['What the model wrote repeats itself.', 'ask'],
  'repeats the line above': ['What the model wrote repeats the line above.', 'ask'],
  'repeats the rest of the line': ['What the model wrote repeats the rest of the line.', 'ask'],
  'repeats the line below': ['What the model wrote repeats the line below.', 'ask'],
  'closes what the line below closes': ['What the model wrote closes what the line below closes already.', 'ask'],
  'makes a new word of the rest of one': ['What the model wrote does not fit the word at the cursor.', 'ask'],
  'looks like a secret': ['What the model wrote looks like a password or a key, which Repotune never suggests.', null],
  'characters that nobody sees': [
    'What the model wrote has invisible characters, which Repotune never suggests.',
    null,
  ],
};

/** @internal */
export const EXPLAINED: readonly string[] = [...Object.keys(REASONS), 'not likely enough to be right', 'too short'];

/** `outcome` is what typing came to, `generation` what the model wrote for it: null where it was not asked. */
export async function explanationOf(
  place: Pick<CompletionTarget, 'text' | 'offset' | 'languageId'>,
  outcome: CompletionOutcome,
  generation: Generation | null,
  occasion: Occasion,
): Promise<Explanation> {
  return { ...(await reasonOf(place, outcome, generation, occasion)), ofModel: generation !== null };
}

type Reason = Omit<Explanation, 'ofModel'>;

async function reasonOf(
  place: Pick<CompletionTarget, 'text' | 'offset' | 'languageId'>,
  outcome: CompletionOutcome,
  generation: Generation | null,
  occasion: Occasion,
): Promise<Reason> {
  if (outcome.kind === 'cancelled')
    return { text: 'Something else was asked meanwhile. Try again while nothing is being typed.', more: null };
  if (outcome.kind === 'suggestion')
    return { text: `There is a suggestion at the cursor: ${shown(outcome.text)}.`, more: 'show' };
  if (generation?.late === true && generation.text.trim() === '')
    return {
      text: `The model wrote nothing within ${TYPING_DEADLINE_MS / 1000} seconds, after which suggestions would come too late: it is too large for this machine, or the machine is busy.`,
      more: 'ask',
    };
  const held = generation === null ? null : await present(place, generation, { ...occasion, invoked: true });
  if (held?.kind === 'suggestion') return heldBack(held, outcome.reason, occasion);
  const [text, more] = REASONS[outcome.reason] ?? [`There is none: ${outcome.reason}`, null];
  return { text, more };
}

function heldBack(held: Offer, reason: string, { leans }: Occasion): Reason {
  if (reason === 'too short')
    return { text: `The model wrote only ${shown(held.text)}, which is typed sooner than read.`, more: 'show' };
  const chance = `${Math.round(100 * chanceOf(held, leans?.[held.writer]))} %`;
  return {
    text: `The model wrote ${shown(held.text)}, but is not sure enough: of first lines like this one, about ${chance} are right, too few to be shown while you type.`,
    more: 'show',
  };
}

/** The first line in quotes, and that there are others. */
function shown(text: string): string {
  const line = firstLine(text);
  const isCut = line.length > MOST_SHOWN || text.trim().length > line.length;
  return `“${line.slice(0, MOST_SHOWN).replace(/[\uD800-\uDBFF]$/, '')}${isCut ? ' …' : ''}”`;
}
