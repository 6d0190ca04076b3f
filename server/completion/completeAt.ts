/**
 * From a cursor to what is offered there, for the editor, the command line and evaluation alike. They differ in where a generation comes
 * from: the editor's provider may have one cached or running, the others ask the engine.
 */
import { cursorAt } from './cursor.ts';
import { type CompletionTarget, type Generation, generate, type Serving } from './generate.ts';
import { type NoOffer, type Offer, present, refusalAt, type ShownWhen } from './present.ts';

export type { CompletionTarget, Serving } from './generate.ts';

/** At most so many different suggestions for an explicit request. */
const CANDIDATES_ON_INVOKE = 3;
/** A typing user has moved on by then, and nothing is shown late; an explicit request waits for the whole answer. */
export const TYPING_DEADLINE_MS = 3000;

export interface Occasion extends ShownWhen {
  /** From the setting. */
  readonly maxTokens: number;
  /** Nobody is typing: the result must not depend on the machine's speed. */
  readonly patient?: boolean;
  /** For measurements: windows of so many tokens, even if the model could see more. */
  readonly promptTokens?: number;
}

/** What a generation may cost. */
export interface Limits {
  readonly maxTokens: number;
  readonly deadlineMs?: number;
  /** Most tokens of the prompt, even if the model could see more. */
  readonly promptTokens?: number;
  /** Tokens that there is time to evaluate; absent: no limit. */
  readonly freshTokens?: number;
}

export function limitsOf({ invoked, maxTokens, patient = false, promptTokens }: Occasion): Limits {
  return {
    maxTokens,
    ...(invoked || patient ? {} : { deadlineMs: TYPING_DEADLINE_MS }),
    ...(promptTokens === undefined ? {} : { promptTokens }),
  };
}

/** null: cancelled. `candidate`: 0 is the best. */
export type Generating = (candidate: number, limits: Limits) => Promise<Generation | null>;

export type CompletionOutcome = Offer | NoOffer | { readonly kind: 'cancelled' };

type Place = Pick<CompletionTarget, 'text' | 'offset' | 'languageId'>;

/** The first candidate worth offering, by asking the engine. */
export function completeAt(
  target: CompletionTarget,
  serving: Serving,
  occasion: Occasion,
  signal?: AbortSignal,
): Promise<CompletionOutcome> {
  return offerAt(target, occasion, (candidate, limits) => generate(target, serving, { ...limits, candidate }, signal));
}

/** The first candidate worth offering; an explicit request tries the next one if the best is not. */
export async function offerAt(place: Place, occasion: Occasion, generating: Generating): Promise<CompletionOutcome> {
  let last: CompletionOutcome = { kind: 'cancelled' };
  for await (last of outcomesAt(place, occasion, generating)) if (last.kind === 'suggestion') break;
  return last;
}

/** All different offers, best first: one while typing, up to three for an explicit request. */
export async function offersAt(place: Place, occasion: Occasion, generating: Generating): Promise<Offer[]> {
  const offers: Offer[] = [];
  for await (const outcome of outcomesAt(place, occasion, generating)) {
    if (outcome.kind !== 'suggestion') continue;
    if (!offers.some(({ text }) => text.trimEnd() === outcome.text.trimEnd())) offers.push(outcome);
  }
  return offers;
}

async function* outcomesAt(
  place: Place,
  occasion: Occasion,
  generating: Generating,
): AsyncGenerator<CompletionOutcome, void> {
  const { invoked } = occasion;
  const refusal = invoked ? null : refusalAt(cursorAt(place.text, place.offset, place.languageId));
  if (refusal !== null) {
    yield { kind: 'none', reason: refusal };
    return;
  }
  for (let candidate = 0; candidate < (invoked ? CANDIDATES_ON_INVOKE : 1); candidate++) {
    const generation = await generating(candidate, limitsOf(occasion));
    if (generation === null) {
      yield { kind: 'cancelled' };
      return;
    }
    yield await present(place, generation, occasion);
  }
}
