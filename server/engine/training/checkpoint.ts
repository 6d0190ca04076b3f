/**
 * Checkpoints of a run. Two files make one: the trainer's state under a name of its own, then the small JSON that names it, renamed into
 * place last. Until that rename the earlier pair is complete, so a kill at any moment leaves one to resume from.
 */
import { readdir, readFile, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import * as z from 'zod';
import { TRAINING_PARTS } from '../../protocol/tune.ts';
import { writeAside } from '../../storage/writeAside.ts';
import type { TrainingPlan } from '../types.ts';

/** Raised with every schema change: an earlier release's checkpoint counts as none. */
const FORMAT = 6;

/** What computed the sums: their last bits depend on it. */
const computed = z.object({
  threads: z.int().positive(),
  kernels: z.string(),
  device: z.string(),
  microBatchTokens: z.int().positive(),
  keptBlocks: z.int().nonnegative(),
  keptAttentions: z.int().nonnegative(),
});
export type Computed = z.infer<typeof computed>;

const checkpointSchema = z.object({
  format: z.literal(FORMAT),
  runId: z.string(),
  stateFile: z.string().regex(/^[\w.-]+$/),
  step: z.int().nonnegative(),
  /** As adapted: the machine's speed may have shortened it. */
  schedule: z.object({
    steps: z.int().positive(),
    warmupSteps: z.int().positive(),
    learningRate: z.number(),
    finalShare: z.number(),
    promptWeight: z.number(),
    promptEvery: z.int().positive(),
    tokensPerStep: z.int().positive(),
    evaluateEvery: z.int().positive(),
    patience: z.int().positive(),
    maxSeconds: z.number(),
  }),
  cursor: z.object({ epoch: z.int().nonnegative(), row: z.int().nonnegative() }),
  tokens: z.int().nonnegative(),
  spent: z.record(z.enum(TRAINING_PARTS), z.number().nonnegative()),
  /** Held-out tokens per evaluation, seconds kept for the last one, tokens of a glance between two, and the pace this was planned at. */
  evaluation: z.object({
    tokens: z.number().positive(),
    finalSeconds: z.number().nonnegative(),
    glanceTokens: z.int().nonnegative(),
    forwardSecondsPerToken: z.number().nonnegative(),
    forwardsPerStep: z.number().positive(),
  }),
  /** The last evaluation, for glances to go on from; its loss on the rows of a glance is null without glances. */
  anchor: z.object({ scale: z.number(), loss: z.number(), few: z.number().nullable() }).nullable(),
  heldOutBefore: z.number(),
  /** Intervals of `evaluateEvery` passed at the last evaluation. */
  evaluations: z.int().nonnegative(),
  best: z.object({
    loss: z.number(),
    scale: z.number(),
    step: z.int().nonnegative(),
    adapterFile: z
      .string()
      .regex(/^[\w.-]+$/)
      .nullable(),
  }),
  evaluationsSinceBest: z.int().nonnegative(),
  computed,
});

export type Checkpoint = z.infer<typeof checkpointSchema>;

/** `saveState` writes the trainer's part to a given path. */
export async function writeCheckpoint(
  path: string,
  checkpoint: Omit<Checkpoint, 'format' | 'stateFile'>,
  saveState: (path: string) => Promise<void>,
): Promise<void> {
  const stateFile = `${basename(path)}.${checkpoint.step}.state`;
  await saveState(join(dirname(path), stateFile));
  await writeAside(path, JSON.stringify({ format: FORMAT, stateFile, ...checkpoint } satisfies Checkpoint));
  await removeOthers(path, stateFile);
}

export function computedBy(threads: number, plan: TrainingPlan): Computed {
  const { kernels, device, microBatchTokens, keptBlocks, keptAttentions } = plan;
  return { threads, kernels, device, microBatchTokens, keptBlocks, keptAttentions };
}

/**
 * Why a resumed run may differ in its last bits from an uninterrupted one, for people. How a step is split is restored with the trainer's
 * state unless memory is short; the rest of the plan changes no bit: activations that are not kept are recomputed exactly.
 */
export function changesOf(before: Computed, now: Computed): string[] {
  return [
    ...(before.threads === now.threads ? [] : [`${now.threads} threads instead of ${before.threads}`]),
    ...(before.kernels === now.kernels ? [] : [`the kernels ${now.kernels} instead of ${before.kernels}`]),
    ...(before.microBatchTokens === now.microBatchTokens
      ? []
      : [`${now.microBatchTokens} tokens at a time instead of ${before.microBatchTokens}`]),
  ];
}

/** null if there is none for this run; an unreadable one counts as none, since training can always start over. */
export async function readCheckpoint(path: string, runId: string): Promise<Checkpoint | null> {
  const text = await readFile(path, 'utf8').catch(() => null);
  if (text === null) return null;
  try {
    const parsed = checkpointSchema.safeParse(JSON.parse(text));
    return parsed.success && parsed.data.runId === runId ? parsed.data : null;
  } catch {
    return null;
  }
}

async function removeOthers(path: string, keep: string): Promise<void> {
  const prefix = `${basename(path)}.`;
  for (const name of await readdir(dirname(path))) {
    if (name.startsWith(prefix) && name.includes('.state') && name !== keep) {
      await rm(join(dirname(path), name), { force: true });
    }
  }
}
