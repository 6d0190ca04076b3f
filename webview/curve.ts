import type { LossPoint } from '../server/protocol/tune.ts';

/** The curves as a sentence: where each began and where it is now. */
export function describeCurve(points: readonly LossPoint[]): string {
  const held = points.flatMap(({ heldOut }) => heldOut ?? []);
  const train = points.flatMap(({ train }) => train ?? []);
  const sentence = (name: string, values: readonly number[]) =>
    values.length > 1
      ? `${name} ${values[0]!.toFixed(2)} → ${values.at(-1)!.toFixed(2)}`
      : values.length === 1
        ? `${name} ${values[0]!.toFixed(2)}`
        : '';
  return [sentence('train', train), sentence('held-out', held)].filter(Boolean).join(', ') || 'No step yet';
}
