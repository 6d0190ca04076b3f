import { expect, it } from 'vitest';
import type { TuneProgress, TuneResult } from '../protocol/tune.ts';
import type { KnownRun } from '../runs/runBoard.ts';
import { InView } from './inView.ts';
import { WindowFolders } from './windowFolders.ts';

const result = (adapterId: string, steps: number): TuneResult => ({ adapterId, steps, folder: '/app' }) as TuneResult;

/** `stored`: results in the store, newest first. */
function view(stored: () => readonly TuneResult[]) {
  return new InView({
    folders: new WindowFolders(),
    run: () => null,
    storedResult: async () => stored()[0] ?? null,
    isStored: async (_, id) => stored().some(({ adapterId }) => adapterId === id),
  });
}

it.each<[string, readonly TuneResult[], TuneResult | null]>([
  ['is stored is shown with what only the report says', [result('new', 0), result('old', 3)], result('new', 7)],
  ['is older by a clock set back stays', [result('old', 3), result('new', 0)], result('new', 7)],
  ['was deleted is replaced by the one before it', [result('old', 3)], result('old', 3)],
  ['was the only one and was deleted is gone', [], null],
])('a reported result that %s', async (_, stored, shown) => {
  const inView = view(() => stored);
  inView.heard(result('new', 7));
  expect(await inView.lastResult('/app')).toEqual(shown);
});

it('a reported result stays when its store cannot be read', async () => {
  const inView = view(() => {
    throw new Error('EACCES');
  });
  expect(await inView.lastResult('/app')).toBeNull();
  inView.heard(result('new', 7));
  expect(await inView.lastResult('/app')).toEqual(result('new', 7));
});

it.each<[KnownRun['paused'], boolean, boolean, string]>([
  [null, false, false, 'Step 3'],
  ['user', true, false, 'Step 3'],
  ['battery', true, true, 'Waiting for mains power.'],
])('a run paused by %s shows whether the user can resume it', (paused, held, waits, message) => {
  const progress = { runId: 'r', message: 'Step 3' } as TuneProgress;
  const nothing = { storedResult: async () => null, isStored: async () => false };
  const run = (): KnownRun => ({ progress, paused, store: null });
  const inView = new InView({ folders: new WindowFolders(), run, ...nothing });
  expect(inView.run).toEqual({ run: { runId: 'r', message }, paused: held, waitsForPower: waits });
});

it('the store is read again only after it is forgotten', async () => {
  let stored = [result('old', 3)];
  const inView = view(() => stored);
  expect(await inView.lastResult('/app')).toEqual(result('old', 3));
  stored = [];
  expect(await inView.lastResult('/app')).toEqual(result('old', 3));
  inView.forget();
  expect(await inView.lastResult('/app')).toBeNull();
});
