import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Watchdog } from './watchdog.ts';

const PATIENCE_MS = 60_000;
const patienceMs = () => PATIENCE_MS;

let nowMs = 0;
let hung: number[] = [];
let watchdog: Watchdog;

beforeEach(() => {
  vi.useFakeTimers();
  [nowMs, hung] = [0, []];
  watchdog = new Watchdog(
    (silentMs) => hung.push(silentMs),
    () => nowMs,
  );
});
afterEach(() => vi.useRealTimers());

/** Lets so many seconds pass, in ticks. */
function pass(seconds: number): void {
  for (let second = 0; second < seconds; second++) {
    nowMs += 1000;
    vi.advanceTimersByTime(1000);
  }
}

test('a call that does not even stop when asked hangs', () => {
  const interrupt = vi.fn();
  watchdog.watch({ patienceMs, interrupt });
  pass(59);
  expect(interrupt).not.toHaveBeenCalled();
  pass(1);
  expect(interrupt).toHaveBeenCalledOnce();
  pass(59);
  expect(hung).toEqual([]);
  pass(1);
  expect(hung).toEqual([120_000]);
  pass(600);
  expect(hung).toHaveLength(1);
});

test('a call on a slow machine, which stops when asked and is sent again, never counts as hung, and is asked ever more rarely', () => {
  const interrupt = vi.fn();
  let watch = watchdog.watch({ patienceMs, interrupt });
  for (let hour = 0; hour < 6; hour++) {
    for (let minute = 0; minute < 60; minute++) {
      const before = interrupt.mock.calls.length;
      pass(60);
      if (interrupt.mock.calls.length === before) continue;
      pass(50);
      watch.answered();
      watch = watchdog.watch({ patienceMs, interrupt });
    }
  }
  expect(hung).toEqual([]);
  expect(interrupt.mock.calls.length).toBeLessThan(30);
});

test.each([
  [
    'says something now and then',
    () => {
      const watch = watchdog.watch({ patienceMs, interrupt: () => expect.unreachable() });
      for (let sign = 0; sign < 20; sign++) {
        pass(50);
        watch.heard();
      }
    },
  ],
  [
    'is answered',
    () => {
      const watch = watchdog.watch({ patienceMs });
      pass(59);
      watch.answered();
      pass(600);
    },
  ],
  [
    'was told to stop just now',
    () => {
      const watch = watchdog.watch({ patienceMs, interrupt: () => expect.unreachable() });
      pass(59);
      watch.stopping();
      pass(59);
      watch.answered();
      pass(600);
    },
  ],
  [
    'is suspended by us',
    () => {
      watchdog.watch({ patienceMs });
      watchdog.hold(true);
      pass(600);
      watchdog.hold(false);
      pass(50);
    },
  ],
  [
    'sleeps with the machine',
    () => {
      watchdog.watch({ patienceMs });
      nowMs += 8 * 3_600_000;
      pass(50);
    },
  ],
])('a call that %s does not hang', (_, act) => {
  act();
  expect(hung).toEqual([]);
});

test.each([
  ['cannot be asked to stop', () => void watchdog.watch({ patienceMs })],
  ['was told to stop by its caller', () => watchdog.watch({ patienceMs, interrupt: vi.fn() }).stopping()],
  [
    'is told to stop again and again',
    () => {
      const watch = watchdog.watch({ patienceMs, interrupt: vi.fn() });
      watch.stopping();
      watch.stopping();
    },
  ],
])('a call that %s hangs after one silence', (_, begin) => {
  begin();
  pass(29);
  expect(hung).toEqual([]);
  pass(31);
  expect(hung).toEqual([60_000]);
});
