/**
 * From a cursor to what is offered there: the one way for the editor, the command line and evaluation. They differ in how a
 * generation comes about: the editor's provider has one from its cache or under way, the others ask the engine.
 */
import { cursorAt } from './cursor.ts';
import { type CompletionTarget, type Generation, generate, type Serving } from './generate.ts';
import { type NoOffer, type Offer, present, refusalAt, type ShownWhen } from './present.ts';

export type { CompletionTarget, Serving } from './generate.ts';

/** Different suggestions an explicit request gives at most. */
const CANDIDATES_ON_INVOKE = 3;
/** Whoever types has moved on by then, and nothing is shown late; who asked by a command waits for the whole answer. */
const TYPING_DEADLINE_MS = 3000;

export interface Occasion extends ShownWhen {
  /** As the setting says. */
  readonly maxTokens: number;
  /** Nobody is typing, so what is written does not depend on the machine's speed. */
  readonly patient?: boolean;
  /** For measuring: windows of so many tokens, where the model could see more. */
  readonly promptTokens?: number;
}

/** What a generation may take. */
export interface Limits {
  readonly maxTokens: number;
  readonly deadlineMs?: number;
  /** Tokens of the prompt at most, where the model could see more. */
  readonly promptTokens?: number;
  /** Tokens that there is time to read; absent: any. */
  readonly freshTokens?: number;
}

export function limitsOf({ invoked, maxTokens, patient = false, promptTokens }: Occasion): Limits {
  return {
    maxTokens,
    ...(invoked || patient ? {} : { deadlineMs: TYPING_DEADLINE_MS }),
    ...(promptTokens === undefined ? {} : { promptTokens }),
  };
}

/** null: cancelled. `candidate`: 0 the best. */
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

/** The first candidate worth offering: who asks by a command gets the next one where the best is not. */
export async function offerAt(place: Place, occasion: Occasion, generating: Generating): Promise<CompletionOutcome> {
  let last: CompletionOutcome = { kind: 'cancelled' };
  for await (last of outcomesAt(place, occasion, generating)) if (last.kind === 'suggestion') break;
  return last;
}

/** All different offers, best first: one to who types, up to three to who asks by a command. */
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
