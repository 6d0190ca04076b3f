import type { Trainer } from '../types.ts';

/** The trainer with every call refused after an abort: `cancel` ends only the running call, and the next would run. */
export function heeding(trainer: Trainer, signal: AbortSignal | undefined): Trainer {
  const heard =
    <Args extends unknown[], Result>(call: (...args: Args) => Promise<Result>) =>
    async (...args: Args): Promise<Result> => {
      signal?.throwIfAborted();
      return await call(...args);
    };
  return {
    model: trainer.model,
    trainableParameters: trainer.trainableParameters,
    get plan() {
      return trainer.plan;
    },
    tokenize: (texts) => trainer.tokenize(texts),
    step: heard((rows, learningRate, lossOver) => trainer.step(rows, learningRate, lossOver)),
    calibrate: heard((rows) => trainer.calibrate(rows)),
    evaluate: heard((rows, scale) => trainer.evaluate(rows, scale)),
    exportAdapter: heard((path, scale) => trainer.exportAdapter(path, scale)),
    importAdapter: heard((path) => trainer.importAdapter(path)),
    saveState: heard((path) => trainer.saveState(path)),
    loadState: heard((path) => trainer.loadState(path)),
    cancel: () => trainer.cancel(),
    dispose: () => trainer.dispose(),
  };
}
