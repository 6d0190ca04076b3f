/**
 * The figures of walks: the worth of keeping up against a single tune and against a new tune at each chunk, its cost, and its forgetting.
 */
import type { Bar } from '../../server/common/bars.ts';
import { grid } from '../../server/common/format.ts';
import { randomFrom } from '../../server/common/random.ts';
import { bootstrapRatio, type Interval } from '../../server/evaluation/bootstrap.ts';
import type { Arm, Walk } from './walk.ts';
import { ARMS } from './walk.ts';
import type { Measured } from './work.ts';

export interface KeepUpFigures {
  readonly repository: string;
  /** Nats per token on what the chunks added, from the second chunk on: before the first there is only one tune. */
  readonly loss: Readonly<Record<Arm, number>>;
  /** Characters kept of what is shown per place, and the share of places where something is shown. */
  readonly kept: Readonly<Record<Arm, number>>;
  readonly offered: Readonly<Record<Arm, number>>;
  readonly overOnceFallPercent: Interval;
  readonly minusAnewPercent: Interval;
  readonly forgottenPercent: Interval;
  /** The same for the newest tune from scratch. */
  readonly forgottenByAnewPercent: Interval;
  /** How much higher the loss on Repotune's own code is than with the single tune. */
  readonly elsewherePercent: Interval;
  readonly tokens: Readonly<Record<'once' | 'anew' | 'kept', number>>;
  readonly cpuSeconds: Readonly<Record<'once' | 'anew' | 'kept', number>>;
  readonly costOverAnew: number;
  /** [chunks] nats per token. */
  readonly curve: readonly { readonly day: string; readonly loss: Readonly<Record<Arm, number>> }[];
}

export function figuresOf({ repository, chunks, older, elsewhere }: Walk): KeepUpFigures {
  const later = chunks.slice(1);
  const all = (arm: Arm): Measured => later.flatMap(({ arms }) => arms[arm]);
  const byArm = (value: (places: Measured) => number): Record<Arm, number> =>
    Object.fromEntries(ARMS.map((arm) => [arm, value(all(arm))])) as Record<Arm, number>;
  const cost = (of: 'tokens' | 'cpuSeconds'): Record<'once' | 'anew' | 'kept', number> => ({
    once: chunks[0]!.anew[of],
    anew: total(later.map(({ anew }) => anew[of])),
    kept: total(later.map(({ kept }) => kept[of])),
  });
  const tokens = cost('tokens');
  const minus = ({ mean, low, high }: Interval): Interval => ({ mean: -mean, low: -high, high: -low });
  return {
    repository,
    loss: byArm(lossOf),
    kept: byArm((places) => meanOf(places, ({ kept }) => kept)),
    offered: byArm((places) => meanOf(places, ({ offered }) => offered && 1)),
    overOnceFallPercent: minus(risePercent(all('kept'), all('once'))),
    minusAnewPercent: risePercent(all('kept'), all('anew')),
    forgottenPercent: risePercent(older.kept, older.once),
    forgottenByAnewPercent: risePercent(older.anew, older.once),
    elsewherePercent: risePercent(elsewhere.kept, elsewhere.once),
    tokens,
    cpuSeconds: cost('cpuSeconds'),
    costOverAnew: tokens.kept / tokens.anew,
    curve: chunks.map(({ day, arms }) => ({
      day,
      loss: Object.fromEntries(ARMS.map((arm) => [arm, lossOf(arms[arm])])) as Record<Arm, number>,
    })),
  };
}

/** How much higher the loss of `a` is than that of `b` on the same places, in percent, with its 95 % interval. */
function risePercent(a: Measured, b: Measured): Interval {
  const { mean, low, high } = bootstrapRatio(
    a.map(({ nll }, i) => 100 * (nll - b[i]!.nll)),
    b.map(({ nll }) => nll),
    randomFrom('keep-up'),
  );
  return { mean, low, high };
}

function lossOf(places: Measured): number {
  return total(places.map(({ nll }) => nll)) / total(places.map(({ tokens }) => tokens));
}

function meanOf(places: Measured, value: (place: Measured[number]) => number | boolean | null): number {
  const values = places.filter(({ offered }) => offered !== null).map((place) => Number(value(place)));
  return total(values) / values.length;
}

/** Per repository: a mean would let one that gains hide one that forgets. */
export function barsOf(figures: readonly KeepUpFigures[]): Bar[] {
  return figures.flatMap((one) => {
    const name = (bar: string): string => (figures.length === 1 ? bar : `${one.repository}: ${bar}`);
    return [
      { name: name('kept-up-over-once-fall-percent'), value: one.overOnceFallPercent.mean, op: '>=', bar: 3 },
      { name: name('kept-up-cost-over-anew'), value: one.costOverAnew, op: '<=', bar: 0.25 },
      { name: name('kept-up-minus-anew-nats-percent'), value: one.minusAnewPercent.mean, op: '<=', bar: 1 },
      { name: name('older-code-forgotten-percent'), value: one.forgottenPercent.mean, op: '<=', bar: 1 },
    ] satisfies Bar[];
  });
}

export function tableOf(one: KeepUpFigures): string {
  const rows = ARMS.map((arm) => [
    arm,
    one.loss[arm].toFixed(4),
    `${(100 * (1 - one.loss[arm] / one.loss.base)).toFixed(1)} %`,
    one.kept[arm].toFixed(2),
    `${(100 * one.offered[arm]).toFixed(0)} %`,
    arm === 'base' ? '' : String(one.tokens[arm]),
    arm === 'base' ? '' : one.cpuSeconds[arm].toFixed(0),
  ]);
  const curve = one.curve.map(({ day, loss }) => [day, ...ARMS.map((arm) => loss[arm].toFixed(4))]);
  return [
    one.repository,
    grid(['arm', 'nats/token', 'under base', 'kept a place', 'offered', 'tokens learned', 'CPU s'], rows),
    grid(['from', ...ARMS], curve),
    `kept up below once: ${spread(one.overOnceFallPercent)} %; above anew: ${spread(one.minusAnewPercent)} %`,
    `older code above once: kept up ${spread(one.forgottenPercent)} %, anew ${spread(one.forgottenByAnewPercent)} %`,
    `Repotune's own code above once: kept up ${spread(one.elsewherePercent)} %`,
  ].join('\n');
}

function spread({ mean, low, high }: Interval): string {
  return `${mean.toFixed(2)} [${low.toFixed(2)}, ${high.toFixed(2)}]`;
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
