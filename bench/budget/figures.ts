/** How a run used its minutes, from its result. Pure. */
import * as z from 'zod';
import type { Bar } from '../../server/common/bars.ts';
import { RUN_PARTS } from '../../server/protocol/tune.ts';

/** The last line of `tune --json`; earlier versions do not break down their time. */
const schema = z.object({
  adapterId: z.string(),
  steps: z.number(),
  minutes: z.number(),
  pairs: z.number(),
  heldOutPairs: z.number(),
  heldOutLossBase: z.number(),
  heldOutLossTuned: z.number(),
  activated: z.boolean(),
  reason: z.string(),
  training: z.object({ parts: z.record(z.enum(RUN_PARTS), z.number()).optional() }).nullable(),
});
export type TuneLine = z.infer<typeof schema>;

export function tuneLine(line: string): TuneLine {
  return schema.parse(JSON.parse(line));
}

export interface MeasuredRun {
  readonly result: TuneLine;
  /** Wall-clock time of the process. */
  readonly wallMinutes: number;
  /** Tokens learned, prompts included. */
  readonly tokens: number;
  readonly trainingSeconds: number;
}

/** `minutes`: the run's budget. Without an earlier run there is no bar on what was learned. */
export function budgetBars(now: MeasuredRun, before: MeasuredRun | null, minutes: number): Bar[] {
  const { result, wallMinutes, tokens } = now;
  const steps = result.training?.parts?.steps ?? Number.NaN;
  const bars: Bar[] = [
    { name: 'training-share-percent', value: (100 * steps) / (60 * wallMinutes), op: '>=', bar: 75 },
    { name: 'minutes-over-budget', value: Math.max(0, wallMinutes - minutes), op: '<=', bar: 0.5 },
    {
      name: 'held-out-loss-fall-percent',
      value: 100 * (1 - result.heldOutLossTuned / result.heldOutLossBase),
      op: '>=',
      bar: 4,
    },
  ];
  if (before !== null)
    bars.push({ name: 'tokens-learned-over-before', value: tokens / before.tokens, op: '>=', bar: 4 });
  return bars;
}

export function partShares({ minutes, training }: TuneLine): { readonly part: string; readonly text: string }[] {
  const parts = training?.parts;
  if (parts === undefined) return [];
  return RUN_PARTS.map((part) => ({
    part,
    text: `${parts[part].toFixed(1).padStart(7)} s ${((100 * parts[part]) / (60 * minutes)).toFixed(1).padStart(5)} %`,
  }));
}
