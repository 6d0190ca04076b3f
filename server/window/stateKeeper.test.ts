import { expect, test, vi } from 'vitest';
import { FIRST_STATE } from '../protocol/firstState.ts';
import { StateKeeper } from './stateKeeper.ts';

test('many changes are told at most four times a second, the last one always', () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  try {
    const told: boolean[] = [];
    const keeper = new StateKeeper(FIRST_STATE, (state) => told.push(state.completionsEnabled));
    keeper.release();
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
