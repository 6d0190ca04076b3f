/** One training by the tune engine on the sequences in `runDir`, to the end of its schedule whatever the machine's speed. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Schedule } from '../server/engine/training/trainJob.ts';
import { TuneProcess } from '../server/engine/tuneProcess.ts';
import type { TrainerConfig } from '../server/engine/types.ts';

/** The sequences' file name in `runDir`. */
export const sequencesFile = 'sequences.bin';

export interface Trained {
  readonly adapter: string;
  readonly steps: number;
  readonly seconds: number;
  /** Processor time of all steps; NaN if the system does not tell. */
  readonly cpuSeconds: number;
  readonly kernels: string;
  /** The scale at which the adapter's file applies what was trained. */
  readonly adapterScale: number;
  /** [steps] the training loss of each. */
  readonly losses: readonly number[];
}

/** `kernels`: as in REPOTUNE_KERNELS; undefined: a run's own choice. `initialAdapter`: a file to continue from. */
export async function trainOnce(
  runDir: string,
  trainer: TrainerConfig,
  schedule: Schedule,
  adapterScale: number | null = null,
  kernels?: string,
  initialAdapter: string | null = null,
): Promise<Trained> {
  const adapterFile = 'adapter.gguf';
  const tuner = new TuneProcess();
  const losses: number[] = [];
  let used = '';
  let cpuSeconds = 0;
  let seenAt = Number.NaN;
  const outcome = await withKernels(kernels, () =>
    tuner.run(
      {
        runId: 'bench',
        runDir,
        trainer,
        schedule,
        adaptToSpeed: false,
        initialAdapter,
        adapterScale,
        sequencesFile,
        adapterFile,
        checkpointFile: 'checkpoint.json',
        checkpointEverySeconds: 3600,
      },
      (event) => {
        if (event.kind === 'loaded') used = event.kernels;
        const now = processorSeconds(tuner.pid);
        if (event.kind === 'step') {
          losses.push(event.loss);
          if (!Number.isNaN(seenAt)) cpuSeconds += now - seenAt;
        }
        seenAt = now;
      },
    ),
  ).finally(() => tuner.dispose());
  if (outcome.kind !== 'trained') throw new Error(JSON.stringify(outcome));
  const { steps, seconds, adapterScale: applied } = outcome;
  return {
    adapter: join(runDir, adapterFile),
    adapterScale: applied,
    steps,
    seconds,
    cpuSeconds,
    kernels: used,
    losses,
  };
}

/** Processes started within `run` inherit the choice. */
async function withKernels<T>(kernels: string | undefined, run: () => Promise<T>): Promise<T> {
  const before = process.env['REPOTUNE_KERNELS'];
  if (kernels !== undefined) process.env['REPOTUNE_KERNELS'] = kernels;
  try {
    return await run();
  } finally {
    if (before === undefined) delete process.env['REPOTUNE_KERNELS'];
    else process.env['REPOTUNE_KERNELS'] = before;
  }
}

/** Clock ticks of proc(5): a hundred per second on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;

function processorSeconds(pid: number | undefined): number {
  if (process.platform !== 'linux' || pid === undefined) return Number.NaN;
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}
