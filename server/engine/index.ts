/** What the rest of the server creates engine processes with. */

import type { EngineOptions } from './keptAlive.ts';
import { CompletionProcess } from './process.ts';
import type { TuneEngine } from './training/trainJob.ts';
import { TuneProcess } from './tuneProcess.ts';

export function createCompletionEngine(options: EngineOptions = {}): CompletionProcess {
  return new CompletionProcess(options);
}

export function createTuneEngine(): TuneEngine {
  return new TuneProcess();
}
