/** One completion: document and cursor in, a suggestion or the reason for none out. The editor and the command line agree by it. */
import { cursorAt } from './cursor.ts';
import { type CompletionTarget, type GenerateOptions, generate, type Serving } from './generate.ts';
import { type NoOffer, type Offer, present, refusalAt } from './present.ts';

export type { CompletionTarget, Serving } from './generate.ts';

export interface CompletionOptions extends GenerateOptions {
  /** Asked for by a command, not by typing: less is held back. */
  readonly invoked?: boolean;
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
  const generation = await generate(target, serving, options, signal);
  return generation === null ? { kind: 'cancelled' } : await present(target, generation, invoked);
}
