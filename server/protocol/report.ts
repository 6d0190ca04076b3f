/** report.json: what a version was measured to do. Read back by the panel, by `repotune eval` and by comparisons. */
import * as z from 'zod';

const finite = z.number();
/** Of 95 %, wherever measuring stopped (`looks.ts`). */
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
  /** Share of tokens the model would have chosen itself. */
  top1: finite,
  completions: places.nullable(),
});

const comparison = z.object({
  /** Loss of the tuned minus that of the other, nats a token. */
  loss: interval,
  /** Exact matches of the tuned minus those of the other, share of places. */
  exact: interval.nullable(),
  /** Differences of the other figures of completions; null in reports of earlier versions, and where nothing was completed. */
  completions: z
    .object({
      firstLine: interval,
      editSimilarity: interval,
      /** Over the places where validity can be told of both; null without any. */
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
  /** Loss of the tuned minus the base's; null in reports of earlier versions. */
  difference: interval.nullable().default(null),
});

/** Beside an adapter that has learned the layout of prompts and the ends of middles, from other code and as nothing else: nats a token. */
const overLayout = z.object({
  /** Those scored under it too: the three losses and the difference are of these. */
  pairs: z.int(),
  base: finite,
  layout: finite,
  tuned: finite,
  /** Loss of the tuned minus that of the layout's: what is below zero was learned from this repository. */
  difference: interval,
});

const heldOutSet = z.object({
  /** Those measured. */
  pairs: z.int(),
  tokens: z.int(),
  /** Those there were; null in reports of earlier versions. */
  available: z.int().nullable().default(null),
  /** Why no more were measured: the intervals decided, there were no more, or time was up. */
  stopped: z.enum(['decided', 'all', 'time']).default('all'),
  base: contender,
  tuned: contender,
  active: contender.nullable(),
  overBase: comparison,
  overActive: comparison.nullable(),
  /** null where there was no such adapter of this base, or no time for it. */
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
  /** Files no adapter of this repository trains on. */
  byFile: heldOutSet,
  /** What commits after the cut added; null where the history is too short for one. */
  byTime: heldOutSet.nullable(),
  examples: z.array(example),
  /** How long it was trained; null in reports of earlier versions and of comparisons, and where it is not known. */
  training: z.object({ steps: z.int(), end: z.string() }).nullable().default(null),
  /** Training text given back word for word when files are continued freely; null where it was not measured. */
  verbatim: z
    .object({
      places: z.int(),
      /** Tokens from which a span counts. */
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
