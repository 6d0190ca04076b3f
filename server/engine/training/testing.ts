/** Shared starting point of the loop's tests. */
import type { Schedule } from './trainJob.ts';

export const shortSchedule: Schedule = {
  steps: 40,
  warmupSteps: 2,
  learningRate: 1,
  finalShare: 0.1,
  promptWeight: 0,
  promptEvery: 1,
  tokensPerStep: 8,
  evaluateEvery: 4,
  patience: 2,
  maxSeconds: 1000,
};
