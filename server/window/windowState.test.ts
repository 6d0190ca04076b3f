import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { RepotuneState } from '../protocol/index.ts';
import type { InView } from './inView.ts';
import { WindowFolders } from './windowFolders.ts';
import { WindowSettings } from './windowSettings.ts';
import { WindowState } from './windowState.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function world() {
  const told: RepotuneState[] = [];
  const looks: PromiseWithResolvers<null>[] = [];
  const folders = new WindowFolders();
  const state = new WindowState({
    client: { stateChanged: (now) => void told.push(now) },
    folders,
    settings: new WindowSettings({ settingsIn: async () => null }),
    stores: { list: async () => [], previous: async () => null, commitsSinceTune: async () => null },
    inView: {
      run: { run: null, paused: false, waitsForPower: false },
      lastResult: async () => null,
    } as unknown as InView,
    notices: { offerRetune: () => {} },
    describeBase: () => {
      const look = Promise.withResolvers<null>();
      looks.push(look);
      return look.promise;
    },
  });
  const open = (...paths: string[]): Promise<RepotuneState> => {
    folders.set(paths.map((path) => ({ path, name: path })));
    state.foldersKnown();
    return state.refresh();
  };
  return { state, told, looks, open, pass: () => vi.advanceTimersByTimeAsync(1000) };
}

test('nothing is told before the first look has ended, and everything then', async () => {
  const { state, told, looks, open, pass } = world();
  const opened = open('/app');
  state.showEngine({ kind: 'starting', message: '' });
  state.showKeepTuned({ on: true, running: false, text: '' });
  await pass();
  expect(told).toEqual([]);
  looks[0]!.resolve(null);
  await opened;
  await pass();
  expect(told).toHaveLength(1);
  expect(told[0]).toMatchObject({ folder: { path: '/app' }, engine: { kind: 'starting' }, keepTuned: { on: true } });
  state.showEngine({ kind: 'ready', message: '' });
  await pass();
  expect(told.at(-1)).toMatchObject({ engine: { kind: 'ready' } });
});

test('a look before the handshake, which knows of no folder, is not told', async () => {
  const { state, told, looks, open, pass } = world();
  const early = state.refresh();
  looks[0]!.resolve(null);
  await early;
  await pass();
  expect(told).toEqual([]);
  const opened = open('/app');
  await pass();
  expect(told).toEqual([]);
  looks[1]!.resolve(null);
  await opened;
  await pass();
  expect(told.map(({ folder }) => folder?.path)).toEqual(['/app']);
});

test('a window without a folder is told so once it was looked at', async () => {
  const { told, looks, open, pass } = world();
  const opened = open();
  looks[0]!.resolve(null);
  await opened;
  await pass();
  expect(told).toMatchObject([{ folder: null }]);
});

test('a look that fails holds nothing back any longer', async () => {
  const { state, told, looks, open, pass } = world();
  const opened = open('/app');
  looks[0]!.reject(new Error('unreadable'));
  await expect(opened).rejects.toThrow('unreadable');
  state.showEngine({ kind: 'ready', message: '' });
  await pass();
  expect(told.at(-1)).toMatchObject({ engine: { kind: 'ready' } });
});

test('the state as it is known is that of the first look, even if asked for earlier', async () => {
  const { state, looks, open } = world();
  void open('/app');
  const known = state.known();
  looks[0]!.resolve(null);
  expect(await known).toMatchObject({ folder: { path: '/app' } });
  // No second look.
  expect(await state.known()).toBe(state.current);
  expect(looks).toHaveLength(1);
});
