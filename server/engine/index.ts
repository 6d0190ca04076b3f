/** The engine processes, as the rest of the server makes them. */

import { CompletionProcess, type EngineOptions } from './process.ts';
import type { TuneEngine } from './training/trainJob.ts';
import { TuneProcess } from './tuneProcess.ts';

export function createCompletionEngine(options: EngineOptions = {}): CompletionProcess {
  return new CompletionProcess(options);
}

export function createTuneEngine(): TuneEngine {
  return new TuneProcess();
}
