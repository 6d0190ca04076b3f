import type { Trainer } from '../types.ts';
import type { LoopEvent } from './trainJob.ts';

/** What trains, and on what. */
export function loadedEvent({ trainableParameters, plan, model }: Trainer): LoopEvent {
  const { blocks, adaptedBlocks, device, kernels, streamedBytes } = plan;
  const baseMegabytes = model.sizeBytes / 2 ** 20;
  return { kind: 'loaded', trainableParameters, blocks, adaptedBlocks, baseMegabytes, device, kernels, streamedBytes };
}
