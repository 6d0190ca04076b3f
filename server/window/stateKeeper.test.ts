import { expect, test, vi } from 'vitest';
import { StateKeeper } from './stateKeeper.ts';

const initial = {
  folder: null,
  folders: [],
  engine: { kind: 'off', message: '' },
  base: null,
  adapters: [],
  source: 'base',
  completionsEnabled: true,
  run: null,
  paused: false,
  lastResult: null,
  commitsSinceTune: null,
} as const;

test('many changes are told at most four times a second, the last one always', () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  try {
    const told: boolean[] = [];
    const keeper = new StateKeeper(initial, (state) => told.push(state.completionsEnabled));
    for (let i = 0; i < 100; i++) {
      keeper.update({ completionsEnabled: i % 2 === 0 });
      vi.advanceTimersByTime(10);
    }
    vi.advanceTimersByTime(1000);
    expect(told.length).toBeGreaterThan(2);
    expect(told.length).toBeLessThanOrEqual(6);
    expect(told.at(-1)).toBe(false);
    keeper.update({ completionsEnabled: true });
    keeper.dispose();
    vi.advanceTimersByTime(1000);
    expect(told.at(-1)).toBe(false);
  } finally {
    vi.useRealTimers();
  }
});
