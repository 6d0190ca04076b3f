import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { LoopEvent } from '../engine/training/trainJob.ts';
import { ProgressTracker } from './progress.ts';

let sent: string[];
let progress: ProgressTracker;
beforeEach(() => {
  vi.useFakeTimers();
  sent = [];
  progress = new ProgressTracker('run', '/r', Date.now, ({ stage, message }) => sent.push(`${stage}: ${message}`));
  progress.stage('loading', 'Loading');
});
afterEach(() => {
  vi.useRealTimers();
});

const loaded = (device: string, streamedBytes = 0): LoopEvent => ({
  kind: 'loaded',
  device,
  kernels: 'avx2',
  streamedBytes,
});

it('a message soon after another is sent after a short delay', () => {
  progress.message('Tokenizing');
  expect(sent).toEqual(['loading: Loading']);
  vi.advanceTimersByTime(300);
  expect(sent).toEqual(['loading: Loading', 'loading: Tokenizing']);
});

it('of many messages at most four a second are sent, the newest last', () => {
  for (let i = 0; i <= 100; i++) {
    progress.message(`${i}`);
    vi.advanceTimersByTime(10);
  }
  vi.advanceTimersByTime(300);
  expect(sent.length).toBeLessThanOrEqual(6);
  expect(sent.at(-1)).toBe('loading: 100');
  vi.advanceTimersByTime(10_000);
  expect(sent.at(-1)).toBe('loading: 100');
});

it('no pending message is sent after the last stage', () => {
  progress.message('Nearly');
  progress.stage('stopped', 'Stopped.');
  vi.advanceTimersByTime(1000);
  expect(sent.slice(1)).toEqual(['stopped: Stopped.']);
});

it('the first message of training says in plain words what happens and where', () => {
  progress.loop(loaded('CPU'));
  progress.loop(loaded('Vulkan0'));
  progress.loop(loaded('CPU', 3.67e9));
  const doing = 'measuring its speed and the loss to beat';
  expect(sent.slice(1)).toEqual([
    `training: Training on the CPU: ${doing}`,
    `training: Training on Vulkan0: ${doing}`,
    `training: Training on the CPU: ${doing}. 3.7 GB of the base do not fit in the memory allowed and are read from disk, block by block`,
  ]);
});

it('a resumed run reports what differs from before, and nothing where all is the same', () => {
  progress.loop({ kind: 'resumed', step: 7, changed: [] });
  expect(sent).toHaveLength(1);
  progress.loop({ kind: 'resumed', step: 7, changed: ['4 threads instead of 2'] });
  expect(sent.at(-1)).toBe(
    'training: Continuing from step 7 with 4 threads instead of 2: the weights may differ in their last bits',
  );
});

it.each([
  [0.12, 80, 'Learning about 41,000 tokens in 80 steps: 12 % of the training text, in about 15 minutes'],
  [0.12, 20, expect.stringMatching(/20 steps.*\. That is too little to help/)],
  [null, 80, '80 steps in about 15 minutes'],
])('tells before the first step what will be learned: %s of an epoch in %d steps', (epochs, steps, message) => {
  progress.loop({ kind: 'planned', steps, tokens: 41_000, seconds: 900, epochs });
  expect(progress.current.message).toEqual(message);
});

it.each([
  [0.4, '1 second'],
  [60, '60 seconds'],
  [150, '2.5 minutes'],
  [5400, '1.5 hours'],
  [86_400, '24 hours'],
])('tells that steps of %d s take about %s', (seconds, text) => {
  progress.loop({ kind: 'planned', steps: 2, tokens: 41_000, seconds, epochs: null });
  expect(progress.current.message).toBe(`2 steps in about ${text}`);
});
