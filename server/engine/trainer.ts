/** The native trainer as the tuning loop's {@link Trainer}. */
import { Diverged } from './errors.ts';
import { gpuBackends } from './gpuBackends.ts';
import { onDevice } from './missingDevice.ts';
import type { NativeAddon, NativeError } from './native.ts';
import type { Trainer, TrainerConfig } from './types.ts';

/**
 * Loads the base and creates a fresh adapter. `stepTokens`: most tokens of a step, for which a GPU keeps room. Rejects with a sentence for
 * the user if that is impossible.
 */
export async function openTrainer(
  addon: NativeAddon,
  config: TrainerConfig & { readonly stepTokens?: number },
): Promise<Trainer> {
  const { device } = config;
  const native = await onDevice(device, addon.openTrainer({ ...config, gpuBackends: gpuBackends(device) }));
  return {
    model: native.model,
    trainableParameters: native.trainableParameters,
    get plan() {
      return native.plan;
    },
    tokenize: (texts) => native.tokenize(texts),
    step: (rows, learningRate, lossOver) => native.step(rows, learningRate, lossOver).catch(recognized),
    calibrate: (rows) => native.calibrate(rows),
    evaluate: (rows, scale) => native.evaluate(rows, scale),
    exportAdapter: (path, scale) => native.exportAdapter(path, scale),
    importAdapter: (path) => native.importAdapter(path),
    saveState: (path) => native.saveState(path),
    loadState: (path) => native.loadState(path),
    cancel: () => native.cancel(),
    dispose: () => native.dispose(),
  };
}

/** Rethrows divergence as {@link Diverged}, with what diverged in words. */
function recognized(error: NativeError): never {
  if (error.code !== 'diverged') throw error;
  throw new Diverged(`the ${error.quantity} is ${error.value}`, error.message, { cause: error });
}
