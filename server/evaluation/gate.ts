/** Whether a new adapter may serve: measured against what serves now, never assumed. */
import type { Interval } from './bootstrap.ts';

export interface GateInput {
  /** Tuned minus base, nats a token; below zero is better. */
  readonly overBase: Interval;
  /** Tuned minus the active adapter; null when the base serves. */
  readonly overActive: Interval | null;
}

export interface Verdict {
  readonly activate: boolean;
  readonly reason: string;
}

export function judge({ overBase, overActive }: GateInput, activeName: string | null): Verdict {
  const rivals: { readonly name: string; readonly difference: Interval }[] = [
    { name: 'the base', difference: overBase },
  ];
  if (overActive !== null)
    rivals.push({ name: `the active adapter ${activeName ?? ''}`.trim(), difference: overActive });
  for (const { name, difference } of rivals) {
    if (!(difference.high < 0)) {
      return {
        activate: false,
        reason: `Kept, not activated: its held-out loss is not below that of ${name} beyond chance (${show(difference)}).`,
      };
    }
  }
  const { name, difference } = rivals.at(-1)!;
  return { activate: true, reason: `Activated: its held-out loss is below that of ${name} (${show(difference)}).` };
}

function show({ mean, low, high }: Interval): string {
  return `difference ${mean.toFixed(4)} nats a token, 95 % interval ${low.toFixed(4)} to ${high.toFixed(4)}`;
}
