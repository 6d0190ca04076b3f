/** The native trainer as the tuning loop's {@link Trainer}. */
import { ModelError } from './errors.ts';
import { gpuBackends } from './gpuBackends.ts';
import type { NativeAddon } from './native.ts';
import type { StepResult, Trainer, TrainerConfig } from './types.ts';

/** Loads the base and makes a fresh adapter. Rejects with a sentence for the user where that is impossible. */
export async function openTrainer(addon: NativeAddon, config: TrainerConfig): Promise<Trainer> {
  const native = await addon.openTrainer({ ...config, gpuBackends: gpuBackends(config.device) });
  return {
    model: native.model,
    trainableParameters: native.trainableParameters,
    device: native.plan.device,
    tokenize: (texts) => native.tokenize(texts),
    step: async (rows, learningRate) => finite(await native.step(rows, learningRate)),
    calibrate: (rows) => native.calibrate(rows),
    evaluate: (rows) => native.evaluate(rows),
    exportAdapter: (path) => native.exportAdapter(path),
    importAdapter: (path) => native.importAdapter(path),
    saveState: (path) => native.saveState(path),
    loadState: (path) => native.loadState(path),
    cancel: () => native.cancel(),
    dispose: () => native.dispose(),
  };
}

function finite(result: StepResult): StepResult {
  if (Number.isFinite(result.loss) && Number.isFinite(result.gradientNorm)) return result;
  throw new ModelError(
    'The training loss is no longer a number: lower the learning rate, or choose another base model.',
  );
}
