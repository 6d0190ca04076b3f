import type { Trainer } from '../types.ts';
import type { LoopEvent } from './trainJob.ts';

/** What trains, and on what. */
export function loadedEvent({ plan }: Pick<Trainer, 'plan'>): LoopEvent {
  const { device, kernels, streamedBytes } = plan;
  return { kind: 'loaded', device, kernels, streamedBytes };
}
