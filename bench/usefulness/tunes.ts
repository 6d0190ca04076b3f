/** The adapters of the arms: tuned here, on another repository, and on layout alone, each on as many tokens as the first. */
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { Random } from '../../server/common/random.ts';
import { createTuneEngine } from '../../server/engine/index.ts';
import type { LoadedEngine } from '../../server/engine/types.ts';
import type { Dataset } from '../../server/mining/types.ts';
import { trainerConfig } from '../../server/tuning/hyperparameters.ts';
import { Preparation } from '../../server/tuning/prepare.ts';
import { makeJob, pairsInTime, train } from '../../server/tuning/trainRun.ts';

const done = z.object({
  adapter: z.string(),
  steps: z.number(),
  tokens: z.number(),
  seconds: z.number(),
  scale: z.number(),
  pairs: z.number(),
});
export type Tune = z.infer<typeof done>;

export interface TuneInput {
  /** Kept here: a run that is stopped goes on from its checkpoint. */
  readonly folder: string;
  readonly serving: LoadedEngine;
  /** Learned from are its pairs for training; what steers are its held-out ones. */
  readonly dataset: Dataset;
  readonly minutes: number;
  /** As many steps as this one took, whatever the time; null: as many as `minutes` hold. */
  readonly like: Tune | null;
  say(text: string): void;
}

const MOST_PAIRS = 8000;
/** A fast processor's parameters times tokens of training a second: no run sees more pairs than it would. */
const PARAMETERS_A_SECOND = 2e11;
const STEERING = 240;
const SAY_EVERY_MS = 20_000;

export async function tune({ folder, serving, dataset, minutes, like, say }: TuneInput): Promise<Tune> {
  const kept = join(folder, 'done.json');
  if (existsSync(kept)) return done.parse(JSON.parse(await readFile(kept, 'utf8')));
  await mkdir(folder, { recursive: true });
  const options = { folder: dataset.root, modelPath: serving.model.path, baseType: 'q4_0' } as const;
  const trainer = trainerConfig(options, serving.model);
  const preparation = new Preparation(dataset, serving);
  const affordable = pairsInTime(minutes * 60, (2 * PARAMETERS_A_SECOND) / serving.model.parameters);
  const learned = await preparation.train(Math.min(MOST_PAIRS, affordable), trainer.seed);
  const steering = await preparation.steering(STEERING);
  const heldOut = { pairs: [], sequences: [], samples: [] };
  const job = await makeJob(
    'usefulness',
    folder,
    trainer,
    serving,
    { format: preparation.format, train: learned, heldOut, steering },
    options,
    minutes * 60,
    { initialAdapter: null, adapterScale: null },
  );
  const tokensPerStep = like === null ? job.schedule.tokensPerStep : Math.max(1, Math.round(like.tokens / like.steps));
  const schedule =
    like === null
      ? job.schedule
      : {
          ...job.schedule,
          steps: like.steps,
          tokensPerStep,
          warmupSteps: Math.max(1, Math.round(like.steps * 0.05)),
          evaluateEvery: Math.max(5, Math.round(like.steps / 4)),
          maxSeconds: 24 * 3600,
        };
  let saidAtMs = 0;
  const outcome = await train(
    { ...job, schedule, adaptToSpeed: like === null },
    { createTuneEngine },
    {
      loop: (event) => {
        if (event.kind !== 'step' || performance.now() - saidAtMs < SAY_EVERY_MS) return;
        saidAtMs = performance.now();
        say(`step ${event.step} of ${event.steps}, loss ${event.loss.toFixed(3)}`);
      },
      stage: (_, message) => say(message),
    },
    new AbortController().signal,
  );
  const result: Tune = {
    adapter: join(folder, job.adapterFile),
    steps: outcome.steps,
    tokens: outcome.tokens,
    seconds: outcome.seconds,
    scale: outcome.adapterScale,
    pairs: learned.pairs.length,
  };
  await writeFile(kept, JSON.stringify(result));
  return result;
}

/** One dataset of several, for layout alone: their training pairs mixed, as many of each. */
export function mixed(datasets: readonly Dataset[]): Dataset {
  const each = Math.min(...datasets.map(({ pairs }) => pairs.length));
  const pairs = datasets.flatMap((dataset) =>
    new Random('layout', dataset.firstCommit).shuffle(dataset.pairs).slice(0, each),
  );
  return { ...datasets[0]!, repository: '', pairs };
}
