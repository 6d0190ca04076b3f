import { expect, it, vi } from 'vitest';
import type { RepositoryOutcome } from '../cluster/followSubmission.ts';
import type { Submission } from '../cluster/submission.ts';
import { describeOutcome, describeSubmissions } from './clusterText.ts';

const outcome = (heldOutLossTuned: number, reason = ''): RepositoryOutcome =>
  ({
    kind: 'done',
    folder: '/app',
    result: {
      reason,
      adapterId: 'a-1',
      files: 1,
      pairs: 1,
      steps: 1,
      heldOutPairs: 1,
      heldOutLossBase: 2,
      heldOutLossTuned,
    },
    lost: 0,
    warning: null,
  }) as unknown as RepositoryOutcome;

it.each([
  [1.8, '2.0000 -> 1.8000 (10.0 % lower), 1 pair'],
  [2.2, '2.0000 -> 2.2000 (10.0 % higher), 1 pair'],
  [2, '2.0000 -> 2.0000 (no lower), 1 pair'],
])('a loss of %d after 2 is told as what it is', (tuned, text) => {
  expect(describeOutcome(outcome(tuned), '/base.gguf')).toContain(text);
  expect(describeOutcome(outcome(tuned), '/base.gguf')).toContain('1 pair from 1 file, 1 step\n');
});

it('how to measure a version again is told for its folder and the base it was measured on', () => {
  const reason = 'To measure more of them, run: repotune eval --adapter a-1 --activate';
  expect(describeOutcome(outcome(1.8, reason), '/base.gguf')).toContain(
    'run: repotune eval /app --adapter a-1 --activate --model /base.gguf\n',
  );
});

it('submissions are listed with the local time', () => {
  vi.stubEnv('TZ', 'Asia/Tokyo');
  const submission = { id: 's', createdAtMs: Date.parse('2026-03-04T20:30:00Z'), address: null, base: 'b' };
  const submissions = [{ ...submission, repositories: [] } as unknown as Submission];
  expect(describeSubmissions({ submissions, newer: [] })).toContain('2026-03-05 05:30');
  vi.unstubAllEnvs();
});
