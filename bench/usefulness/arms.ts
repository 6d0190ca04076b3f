/** Who answers at the places: which model, with which prompts. */
import { type Writer, writerOf } from '../../server/completion/worth.ts';

export const DEFAULT_ARMS = ['base', 'base-context', 'tuned', 'tuned-context', 'other', 'layout'] as const;
/** Those with a fixed name: `base-N` and `tuned-N` are asked with windows of N tokens, whatever the limit of the run. */
export const ARMS = [...DEFAULT_ARMS, 'base-prefix-first'] as const;
export type ArmName = (typeof ARMS)[number] | `base-${number}` | `tuned-${number}`;

export type Learned = 'own' | 'other' | 'layout';
const LEARNED: Readonly<Record<string, Learned>> = {
  tuned: 'own',
  'tuned-context': 'own',
  other: 'other',
  layout: 'layout',
};
const WITH_WINDOW = /^(base|tuned)-([1-9]\d*)$/;

export function isArm(name: string): name is ArmName {
  return ARMS.some((known) => known === name) || WITH_WINDOW.test(name);
}

/** What an arm's adapter has learned; null: it has none. */
export function learnedBy(arm: ArmName): Learned | null {
  return LEARNED[WITH_WINDOW.exec(arm)?.[1] ?? arm] ?? null;
}

/** [tokens] null: as the run says. */
export function windowOf(arm: ArmName): number | null {
  const tokens = WITH_WINDOW.exec(arm)?.[2];
  return tokens === undefined ? null : Number(tokens);
}

/** The writer of an arm in this bench, or in the preference bench, where only adapters write. */
export function armWriter(arm: string, model: { readonly parameters: number }): Writer {
  return writerOf(model, !arm.startsWith('base'));
}
