/** One training by the tune engine from sequences that lie in `runDir`, to the end of its schedule whatever the machine's speed. */
import { join } from 'node:path';
import { createTuneEngine } from '../server/engine/index.ts';
import type { Schedule } from '../server/engine/training/trainJob.ts';
import type { TrainerConfig } from '../server/engine/types.ts';

/** The sequences' name in `runDir`. */
export const sequencesFile = 'sequences.bin';

export interface Trained {
  readonly adapter: string;
  readonly steps: number;
  readonly seconds: number;
}

export async function trainOnce(
  runDir: string,
  trainer: TrainerConfig,
  schedule: Schedule,
  adapterScale: number | null = null,
): Promise<Trained> {
  const adapterFile = 'adapter.gguf';
  const tuner = createTuneEngine();
  const outcome = await tuner
    .run(
      {
        runId: 'bench',
        runDir,
        trainer,
        schedule,
        adaptToSpeed: false,
        initialAdapter: null,
        adapterScale,
        sequencesFile,
        adapterFile,
        checkpointFile: 'checkpoint.json',
        checkpointEverySeconds: 3600,
      },
      () => {},
    )
    .finally(() => tuner.dispose());
  if (outcome.kind !== 'trained') throw new Error(JSON.stringify(outcome));
  return { adapter: join(runDir, adapterFile), steps: outcome.steps, seconds: outcome.seconds };
}
