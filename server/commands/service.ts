/** The service of a folder's adapters, as a command-line process needs it. */
import { resolveModel } from '../models/bundled.ts';
import { ServingOnce } from '../models/servingOnce.ts';
import { AdapterService } from '../versions/adapterService.ts';

/** `model`: from the command line; the bundled one if absent. */
export function serviceFor(folder: string, model?: string): Promise<AdapterService> {
  const modelPath = (): string => resolveModel(model);
  return AdapterService.of(folder, {
    modelPath,
    lendServing: async (work) => {
      const serving = new ServingOnce();
      try {
        return await work(() => serving.load(modelPath(), 'auto'));
      } finally {
        await serving.dispose();
      }
    },
    switchedBy: 'by command',
    mineHeldOut: async (...asked) => (await import('../tuning/splits.ts')).mineHeldOut(...asked),
    nowMs: Date.now,
  });
}
