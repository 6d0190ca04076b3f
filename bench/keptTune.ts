/** A bench's tune, kept in its own folder: a stopped run resumes from its checkpoint, and a finished one is not repeated. */
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { createTuneEngine } from '../server/engine/index.ts';
import type { Schedule, TrainJob } from '../server/engine/training/trainJob.ts';
import type { ProgressTracker } from '../server/tuning/progress.ts';
import { type Trained, train } from '../server/tuning/trainRun.ts';

/** The file in a tune's folder that marks it finished, and what it records. */
export const TUNED = 'done.json';
export const tuneSchema = z.object({
  adapter: z.string(),
  steps: z.number(),
  tokens: z.number(),
  seconds: z.number(),
  scale: z.number(),
});

const SAY_EVERY_MS = 20_000;
const WARM_UP_SHARE = 0.05;

/** The result of `make` from an earlier call for this folder, or else from now. `name`: the file that stores it. */
export async function keptIn<Made>(
  folder: string,
  name: string,
  schema: z.ZodType<Made>,
  make: () => Promise<Made>,
): Promise<Made> {
  const kept = join(folder, name);
  if (existsSync(kept)) return schema.parse(JSON.parse(await readFile(kept, 'utf8')));
  await mkdir(folder, { recursive: true });
  const made = await make();
  await writeFile(kept, JSON.stringify(made));
  return made;
}

/** Trains in the folder, reporting progress now and then. */
export async function trainIn(
  folder: string,
  job: TrainJob,
  say: (text: string) => void,
): Promise<z.infer<typeof tuneSchema> & { readonly outcome: Trained }> {
  const outcome = await train(job, { createTuneEngine }, saying(say), new AbortController().signal);
  const { steps, tokens, seconds, adapterScale: scale } = outcome;
  return { adapter: join(folder, job.adapterFile), steps, tokens, seconds, scale, outcome };
}

/** Reports progress as lines, now and then. */
export function saying(say: (text: string) => void): Pick<ProgressTracker, 'loop' | 'stage'> {
  let saidAtMs = 0;
  return {
    loop: (event) => {
      if (event.kind === 'held-out') say(`step ${event.step}, held-out loss ${event.loss.toFixed(4)}`);
      if (event.kind !== 'step' || performance.now() - saidAtMs < SAY_EVERY_MS) return;
      saidAtMs = performance.now();
      const { step, steps, loss, tokensPerSecond } = event;
      say(`step ${step} of ${steps}, loss ${loss.toFixed(3)}, ${Math.round(tokensPerSecond)} tokens/s`);
    },
    stage: (_, message) => say(message),
  };
}

/** A fixed number of steps, however long they take. */
export function ofSteps(
  schedule: Schedule,
  { steps, tokensPerStep, evaluateEvery }: Pick<Schedule, 'steps' | 'tokensPerStep' | 'evaluateEvery'>,
): Schedule {
  const warmupSteps = Math.max(1, Math.round(steps * WARM_UP_SHARE));
  return { ...schedule, steps, tokensPerStep, evaluateEvery, warmupSteps, maxSeconds: 24 * 3600 };
}
