/** Trains a base's layout adapter, which learns layout only: a tune on the excerpts that ship with Repotune. */
import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { TuneEngine } from '../engine/training/trainJob.ts';
import type { DeviceChoice, LoadedEngine } from '../engine/types.ts';
import { formatOf } from '../prompt/index.ts';
import { sha256File, sha256OfModel } from '../storage/hash.ts';
import { takeLock } from '../storage/lock.ts';
import { removeAll, renamePatiently } from '../storage/patient.ts';
import { writeAside } from '../storage/writeAside.ts';
import { TuneError } from '../tuning/errors.ts';
import { restingBytes, trainerConfig } from '../tuning/hyperparameters.ts';
import {
  ABOUT,
  type AboutLayout,
  ADAPTER,
  type LayoutAdapter,
  layoutAdapter,
  layoutAdapterFor,
  layoutFolder,
  layoutPairs,
  MAKING,
  RUN,
  requireReplaceable,
} from '../tuning/layoutAdapters.ts';
import { NOTHING_HELD_OUT, Preparation, type Prepared } from '../tuning/prepare.ts';
import type { ProgressTracker } from '../tuning/progress.ts';
import { makeJob, type Trained, train } from '../tuning/trainRun.ts';
import type { TuneOptions } from '../tuning/types.ts';

export interface MakingLayout {
  readonly serving: LoadedEngine;
  readonly modelPath: string;
  readonly minutes: number;
  /** The device to train on; absent: the fastest. */
  readonly device?: DeviceChoice;
  /** Even if the time is too short to help. */
  readonly anyway?: boolean;
  createTuneEngine(): TuneEngine;
  readonly progress: Pick<ProgressTracker, 'loop' | 'stage'>;
  readonly signal: AbortSignal;
}

const MOST_PAIRS = 8000;

/** Returns the existing one, else makes it. Rejects with a message for the user. */
export async function makeLayout(making: MakingLayout): Promise<LayoutAdapter> {
  const { modelPath } = making;
  const baseSha256 = await sha256OfModel(modelPath);
  const prompt = formatOf(making.serving.model);
  const known = await layoutAdapterFor(baseSha256, prompt);
  if (known !== null) return known;
  await requireReplaceable(baseSha256);
  const folder = layoutFolder(baseSha256);
  await mkdir(folder, { recursive: true });
  const lock = await takeLock(join(folder, MAKING), 'learning the layout of prompts');
  if (lock.kind === 'busy')
    throw new TuneError(`Another process (${lock.holder.pid}) is making this adapter already. Wait for it.`);
  const runDir = join(folder, RUN);
  try {
    await removeAll(runDir);
    await mkdir(runDir);
    const { path, steps, tokens } = await trainLayout(making, runDir);
    const adapterSha256 = await sha256File(path);
    const { size: baseBytes } = await stat(modelPath);
    const about: AboutLayout = { format: 1, baseSha256, baseBytes, adapterSha256, prompt, steps, tokens };
    await renamePatiently(path, join(folder, ADAPTER));
    // Written last: other windows look for it and rely on the adapter whose hash it names.
    await writeAside(join(folder, ABOUT), `${JSON.stringify(about, null, 2)}\n`);
  } finally {
    await removeAll(runDir);
    await lock.release();
  }
  const made = await layoutAdapter(baseSha256);
  if (made === null)
    throw new TuneError(`The adapter in ${folder} cannot be read back. Delete the folder and try again.`);
  return made;
}

/** Trains it in `runDir` and stores it nowhere else. */
export async function trainLayout(
  { serving, modelPath, minutes, device = 'auto', anyway = false, createTuneEngine, progress, signal }: MakingLayout,
  runDir: string,
): Promise<Pick<Trained, 'steps' | 'tokens' | 'seconds'> & { readonly path: string }> {
  const options: TuneOptions = { folder: runDir, modelPath, baseType: 'q4_0', device };
  const resting = restingBytes(serving.model);
  const trainer = trainerConfig(options, serving.model, resting);
  const preparation = new Preparation({ repository: 'repotune', pairs: await layoutPairs() }, serving);
  const learned = await preparation.train(MOST_PAIRS, trainer.seed, null, signal);
  // Where text ends is what a prepared base is to know.
  const steering = await preparation.steering(0, signal, true);
  const prepared: Prepared = { format: preparation.format, train: learned, heldOut: NOTHING_HELD_OUT, steering };
  const job = await makeJob('layout', runDir, trainer, serving, prepared, options, 60 * minutes, {
    initialAdapter: null,
    adapterScale: null,
    preflight: { datasetTokens: learned.datasetTokens, refuses: !anyway, otherSeconds: 0 },
  });
  const wake = resting > 0 ? await serving.engine.rest?.() : undefined;
  try {
    const { steps, tokens, seconds } = await train(job, { createTuneEngine }, progress, signal);
    return { path: join(runDir, job.adapterFile), steps, tokens, seconds };
  } finally {
    // Also after a refusal: the caller may try again with more time.
    if (!signal.aborted) await wake?.();
  }
}
