/** The engine processes, as the rest of the server makes them. */
import type { TuneEngine } from '../tuning/trainJob.ts';
import { CompletionProcess, type EngineOptions } from './process.ts';
import { TuneProcess } from './tuneProcess.ts';
import type { CompletionEngine } from './types.ts';

export function createCompletionEngine(options: EngineOptions = {}): CompletionEngine {
  return new CompletionProcess(options);
}

export function createTuneEngine(): TuneEngine {
  return new TuneProcess();
}
