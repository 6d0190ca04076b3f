/** report.json: the measurements of a version. Read back by the panel, by `repotune eval` and by comparisons. */
import * as z from 'zod';

const finite = z.number();
/** At 95 %, wherever measuring stopped (`looks.ts`). */
const interval = z.object({ mean: finite, low: finite.nullable(), high: finite.nullable() });

const places = z.object({
  places: z.int(),
  offered: z.int(),
  exact: finite,
  firstLine: finite,
  editSimilarity: finite,
  syntaxValid: finite.nullable(),
  medianLatencyMs: finite,
});

const contender = z.object({
  /** Nats a token. */
  loss: finite,
  /** Share of tokens that the model would have chosen itself. */
  top1: finite,
  completions: places.nullable(),
});

const comparison = z.object({
  /** Loss of the tuned one minus the other's, nats a token. */
  loss: interval,
  /** Exact matches of the tuned one minus the other's, share of places. */
  exact: interval.nullable(),
  /** Differences of the other completion figures; null in reports of earlier versions, and if nothing was completed. */
  completions: z
    .object({
      firstLine: interval,
      editSimilarity: interval,
      /** Over the places where validity can be determined for both; null without any. */
      syntaxValid: interval.nullable(),
      /** Mean of the differences, milliseconds. */
      latencyMs: interval,
    })
    .nullable()
    .default(null),
});

const group = z.object({
  name: z.string(),
  pairs: z.int(),
  tokens: z.int(),
  base: finite,
  tuned: finite,
  /** Loss of the tuned one minus the base's; null in reports of earlier versions. */
  difference: interval.nullable().default(null),
});

/** Compared with the layout adapter, which has learned the layout of prompts and the ends of middles from other code: nats a token. */
const overLayout = z.object({
  /** Pairs scored under it too, to which the three losses and the difference refer. */
  pairs: z.int(),
  base: finite,
  layout: finite,
  tuned: finite,
  /** Loss of the tuned one minus the layout adapter's: below zero, it was learned from this repository. */
  difference: interval,
});

const heldOutSet = z.object({
  /** Pairs measured. */
  pairs: z.int(),
  /** Files that they are from; absent in reports of earlier versions. */
  files: z.int().optional(),
  tokens: z.int(),
  /** Pairs available; null in reports of earlier versions. */
  available: z.int().nullable().default(null),
  /** Why no more were measured: the intervals decided, there were no more, or time was up. */
  stopped: z.enum(['decided', 'all', 'time']).default('all'),
  base: contender,
  tuned: contender,
  active: contender.nullable(),
  overBase: comparison,
  overActive: comparison.nullable(),
  /** null if there was no layout adapter of this base, or no time for it. */
  overLayout: overLayout.nullable().default(null),
  byLanguage: z.array(group),
  byKind: z.array(group),
});

const example = z.object({
  path: z.string(),
  line: z.int(),
  kind: z.string(),
  before: z.string(),
  expected: z.string(),
  base: z.string(),
  tuned: z.string(),
});

const verbatim = z.object({ over: z.int(), longest: z.int() });

export const reportSchema = z.object({
  format: z.literal(1),
  /** Files that no adapter of this repository trains on. */
  byFile: heldOutSet,
  /** What commits after the cut added; null if the history is too short for one. */
  byTime: heldOutSet.nullable(),
  examples: z.array(example),
  /** Length of the training; null in reports of earlier versions and of comparisons, and if unknown. */
  training: z.object({ steps: z.int(), end: z.string() }).nullable().default(null),
  /** Training text reproduced verbatim when files are continued freely; null if not measured. */
  verbatim: z
    .object({
      places: z.int(),
      /** Number of tokens from which a span counts. */
      limit: z.int(),
      base: verbatim,
      tuned: verbatim,
    })
    .nullable()
    .default(null),
});

export type Report = z.infer<typeof reportSchema>;
export type OverLayout = z.infer<typeof overLayout>;
export type HeldOutSet = z.infer<typeof heldOutSet>;
export type Contender = z.infer<typeof contender>;
export type Comparison = z.infer<typeof comparison>;
export type Group = z.infer<typeof group>;
export type Example = z.infer<typeof example>;
