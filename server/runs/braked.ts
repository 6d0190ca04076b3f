/** A tune's engine, held by its run's brake along with everything else. */
import type { Brake } from '../engine/brake.ts';
import type { TuneEngine } from '../engine/training/trainJob.ts';

export function braked(engine: TuneEngine, brake: Brake): TuneEngine {
  return {
    run: async (job, onEvent, signal) => {
      const running = engine.run(job, onEvent, signal);
      const release = brake.attach(engine);
      return running.finally(release);
    },
    pause: () => engine.pause(),
    resume: () => engine.resume(),
    dispose: () => engine.dispose(),
  };
}
