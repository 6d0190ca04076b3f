/** A version's description of itself. Written once, never changed: names given later by a user are in the store's state. */
import * as z from 'zod';
import { promptFormatSchema } from './promptFormat.ts';

/** Safe as a folder name, a git ref component and a command-line argument. */
export const ADAPTER_ID = /^[a-z0-9][a-z0-9-]{0,62}[a-z0-9]$/;
const SHA256 = /^[0-9a-f]{64}$/;
const COMMIT = /^(?:[0-9a-f]{40}|[0-9a-f]{64})?$/;

/** How a base is held in memory while it is trained on a cluster; no trainer here does so. */
export const CLUSTER_BASE_TYPES = { cpu: 'f32', gpu: 'nf4' } as const;

/** Limits of `heldOutBeyond` and `learnedOnScale`. */
export const MOST_PATHS_NAMED = 200;
export const MOST_PATH = 1000;

const text = (most: number) => z.string().max(most);
const count = z.int().nonnegative();
const finite = z.number().refine(Number.isFinite);
/** Mean negative log-likelihood, in nats per token. Lists show it as written: below 0 it would look better than any adapter can be. */
const loss = z.number().nonnegative().refine(Number.isFinite);

export const adapterIdSchema = z.string().regex(ADAPTER_ID);

export const manifestSchema = z.strictObject({
  format: z.literal(1),
  id: adapterIdSchema,
  name: text(100).min(1),
  createdAt: z.iso.datetime(),
  toolVersion: text(40),
  author: z.strictObject({ name: text(200), email: text(200) }).nullable(),
  /** The version this one continues; null: from scratch. */
  parent: adapterIdSchema.nullable(),
  base: z.strictObject({
    name: text(200),
    architecture: text(64),
    sha256: z.string().regex(SHA256),
    sizeBytes: count,
    parameters: count,
    weightType: text(32),
  }),
  adapter: z.strictObject({
    sha256: z.string().regex(SHA256),
    sizeBytes: count,
    rank: z.int().min(1).max(1024),
    alpha: finite,
    /** Other trainers may set this, `dropout` and `loraPlusRatio` below: ours uses none of the three, and records that. */
    rsLora: z.boolean(),
  }),
  dataset: z.strictObject({
    repository: text(200),
    digest: text(128),
    firstCommit: z.string().regex(COMMIT),
    commit: z.string().regex(COMMIT),
    /** The commit whose tree was learned, if newer ones were held out. */
    learnedTo: z.string().regex(COMMIT).exactOptional(),
    files: count,
    trainPairs: count,
    /** Next edits learned alongside the pairs. Absent: none. */
    trainEdits: count.exactOptional(),
    heldOutPairs: count,
    /** Files held out beyond the scale, since those on it gave too few pairs. Absent: not recorded. */
    heldOutBeyond: z.array(text(MOST_PATH)).max(MOST_PATHS_NAMED).exactOptional(),
    /** Files on the scale that a version it continues may have learned under another name. Absent: none. */
    learnedOnScale: z.array(text(MOST_PATH)).max(MOST_PATHS_NAMED).exactOptional(),
    /** Names the rule that chose the held-out files: adapters with different rules are not compared. */
    split: text(64),
  }),
  training: z.strictObject({
    method: z.enum(['lora', 'qlora', 'imported']),
    baseType: text(16),
    steps: count,
    tokens: count,
    seconds: finite,
    learningRate: finite,
    dropout: finite,
    weightDecay: finite,
    loraPlusRatio: finite,
    promptWeight: finite,
    seed: z.int(),
    endReason: text(32),
    /** Share of the trained adapter that applies, 0 to 1; already included in `adapter.alpha`. Absent: all of it. */
    adapterScale: z.number().positive().max(1).exactOptional(),
    /** Made to keep the parent up with what was committed since. */
    keptUp: z.boolean().exactOptional(),
  }),
  prompt: promptFormatSchema,
  /** null: not evaluated (a refit on everything, an import). Losses in nats a token, by the serving engine. */
  metrics: z.strictObject({ heldOutTokens: count, heldOutLossBase: loss, heldOutLossTuned: loss }).nullable(),
});

export type Manifest = z.infer<typeof manifestSchema>;

/** Whether it can be prompted for next edits. */
export function learnedEdits({ dataset }: Pick<Manifest, 'dataset'>): boolean {
  return (dataset.trainEdits ?? 0) > 0;
}

/** The alpha that the adapter was trained with. */
export function trainedAlpha({ adapter, training }: Pick<Manifest, 'adapter' | 'training'>): number {
  return adapter.alpha / (training.adapterScale ?? 1);
}

/** The commit whose tree a version has learned; earlier releases do not record it, but it is not after the one they were tuned at. */
export function learnedTo({
  dataset,
}: {
  readonly dataset: Pick<Manifest['dataset'], 'commit' | 'learnedTo'>;
}): string {
  return dataset.learnedTo ?? dataset.commit;
}
