/** A system short of memory kills the largest process, which may be the one that a run measures with: it is restarted, and asked again. */
import { codeOf } from './errorCodes.ts';
import type { LoadedEngine } from './types.ts';

/** Of processes in one call; after more of them, asking again will not help. */
const MOST_DEATHS = 2;

/** Makes the call again if its process ends. */
export async function outliving<T>(
  { model }: Pick<LoadedEngine, 'model'>,
  call: () => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  // In a GPU's place the CPU takes over, which rounds differently: the two must not be compared.
  const isSame = model.device === undefined || model.device === 'CPU';
  for (let deaths = 1; ; deaths++) {
    try {
      return await call();
    } catch (error) {
      if (codeOf(error) !== 'process-died' || !isSame || deaths > MOST_DEATHS || signal?.aborted) throw error;
    }
  }
}
