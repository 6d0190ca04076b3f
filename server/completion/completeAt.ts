/** One completion: document and cursor in, a suggestion or the reason for none out. The editor and the command line agree by it. */
import { cursorAt } from './cursor.ts';
import { type CompletionTarget, type GenerateOptions, generate, type Serving } from './generate.ts';
import { type NoOffer, type Offer, present, refusalAt } from './present.ts';

export type { CompletionTarget, Serving } from './generate.ts';

/** Different suggestions an explicit request gives at most. */
export const CANDIDATES_ON_INVOKE = 3;

export interface CompletionOptions extends GenerateOptions {
  /** Asked for by a command, not by typing: less is held back. */
  readonly invoked?: boolean;
  /** For measuring: another threshold than the usual. */
  readonly leastConfidence?: number;
}

export type CompletionOutcome = Offer | NoOffer | { readonly kind: 'cancelled' };

export async function completeAt(
  target: CompletionTarget,
  serving: Serving,
  options: CompletionOptions,
  signal?: AbortSignal,
): Promise<CompletionOutcome> {
  const invoked = options.invoked ?? false;
  const refusal = invoked ? null : refusalAt(cursorAt(target.text, target.offset, target.languageId));
  if (refusal !== null) return { kind: 'none', reason: refusal };
  // Who asks by a command wants something: where the best candidate is not worth offering, the next one may be.
  const candidates = invoked && options.candidate === undefined ? CANDIDATES_ON_INVOKE : 1;
  let outcome: CompletionOutcome = { kind: 'cancelled' };
  for (let candidate = options.candidate ?? 0; candidate < (options.candidate ?? 0) + candidates; candidate++) {
    const generation = await generate(target, serving, { ...options, candidate }, signal);
    if (generation === null) return { kind: 'cancelled' };
    outcome = await present(target, generation, invoked, options.leastConfidence);
    if (outcome.kind === 'suggestion') return outcome;
  }
  return outcome;
}
