import { expect, test } from 'vitest';
import { ProgressTracker } from '../tuning/progress.ts';
import { ClusterTune } from './clusterTune.ts';
import type { SubmittedRepository } from './submission.ts';

test.each([
  ['beyond the last', 9, 7],
  ['of a tune without steps', 3, 0],
])('a step %s does not count, which no progress bar could show', async (_, step, steps) => {
  const progress = new ProgressTracker('run-a', '/code', Date.now, () => {});
  const repository = { steps: 7, tokensPerStep: 100 } as SubmittedRepository;
  const tune = new ClusterTune(repository, 'team/base', 'gpu:8265', progress);
  const numbers = { loss: 2, learning_rate: 1e-3, gradient_norm: 1, seconds: 1, made: 1 };
  tune.heard({ kind: 'started', repository: 1, device: 'CPU', step: 0, steps });
  tune.heard({ kind: 'step', repository: 1, step, steps, ...numbers });
  expect(progress.current).toMatchObject({ step: Math.min(step, 7), steps: 7 });
  tune.heard({ kind: 'trained', repository: 1, steps: 1e12, seconds: 1 });
  expect(await tune.trained).toMatchObject({ steps: 7 });
});
