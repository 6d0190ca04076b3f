import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Brake } from '../engine/brake.ts';
import { takeLock } from '../storage/lock.ts';
import { tuneLockOf } from './leftovers.ts';
import { RunFollower } from './runFollower.ts';
import { RunHost } from './runHost.ts';
import { runFile, runRecord } from './runMessages.ts';
import { first } from './runOptions.ts';

/** For a busy machine. */
const slowMs = { timeout: 20_000, interval: 20 };

let root: string;
let follower: RunFollower | null = null;
let host: RunHost | null = null;
let release = async (): Promise<void> => {};
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'repotune-follower-'));
});
afterEach(async () => {
  follower?.dispose();
  await host?.close();
  await release();
  vi.unstubAllEnvs();
  rmSync(root, { recursive: true, force: true });
});

/** Starts following, calls `between`, then opens a run in the store. Resolves when the run is reported. */
async function heardOf(storeDir: string, between: () => void): Promise<string> {
  const heard = Promise.withResolvers<string>();
  follower = new RunFollower(
    storeDir,
    { onProgress: ({ runId }) => heard.resolve(runId), onResult: () => {}, onFailure: () => {} },
    20,
  );
  await follower.start();
  between();
  host = await RunHost.open(storeDir, new Brake(), () => {});
  host.progress(first('run-one', root, 0));
  return await heard.promise;
}

test.each<[string, readonly string[], (storeDir: string) => void]>([
  ['exists', ['.git', 'repotune'], () => {}],
  ['is created with the run', ['.git'], (store) => mkdirSync(store)],
  // The data folder before anything has been tuned without git.
  ['is created with its parent', [], (store) => mkdirSync(store, { recursive: true })],
  [
    'was deleted and created again',
    ['.git', 'repotune'],
    (store) => {
      rmSync(store, { recursive: true });
      mkdirSync(store);
    },
  ],
])('a run is found whose store %s', async (_, before, between) => {
  const storeDir = join(root, '.git', 'repotune');
  mkdirSync(join(root, ...before), { recursive: true });
  expect(await heardOf(storeDir, () => between(storeDir))).toBe('run-one');
});

test.skipIf(process.platform === 'win32')(
  'a run is found where the path of the temporary folder is too long for a socket',
  async () => {
    const long = join(root, 'long'.repeat(25));
    mkdirSync(long);
    vi.stubEnv('TMPDIR', long);
    const storeDir = join(root, '.git', 'repotune');
    mkdirSync(storeDir, { recursive: true });
    expect(await heardOf(storeDir, () => {})).toBe('run-one');
  },
);

/** Starts a run in one folder, lets `change` move or copy it, then follows the other. */
async function goesOn(change: (before: string, after: string) => void): Promise<RunFollower> {
  const [before, after] = [join(root, 'one', '.git', 'repotune'), join(root, 'two', '.git', 'repotune')];
  mkdirSync(before, { recursive: true });
  const lock = await takeLock(tuneLockOf(before), 'tuning');
  if (lock.kind === 'taken') release = lock.release;
  host = await RunHost.open(before, new Brake(), () => {});
  host.progress(first('run-one', root, 0));
  change(join(root, 'one'), join(root, 'two'));
  follower = new RunFollower(after, { onProgress: () => {}, onResult: () => {}, onFailure: () => {} }, 20);
  await follower.start();
  return follower;
}

test('a copy of a repository is not connected to the run of its original', async () => {
  expect((await goesOn((one, two) => cpSync(one, two, { recursive: true }))).connected).toBe(false);
});

test('a copy’s own run is found when it begins during the check of the original’s', async () => {
  const copy = join(root, 'two', '.git', 'repotune');
  const following = goesOn((one, two) => cpSync(one, two, { recursive: true }));
  await expect.poll(() => existsSync(copy), slowMs).toBe(true);
  const own = await RunHost.open(copy, new Brake(), () => {});
  own.progress(first('run-two', root, 0));
  await following;
  await expect.poll(() => follower?.connected, slowMs).toBe(true);
  await own.close();
});

test('a run is found that began before the last one let go of its followers', async () => {
  const storeDir = join(root, '.git', 'repotune');
  mkdirSync(storeDir, { recursive: true });
  const heard: string[] = [];
  const last = await RunHost.open(storeDir, new Brake(), () => {});
  last.progress({ ...first('run-one', root, 0), stage: 'stopped' });
  follower = new RunFollower(
    storeDir,
    { onProgress: ({ runId }) => void heard.push(runId), onResult: () => {}, onFailure: () => {} },
    20,
  );
  await follower.start();
  await expect.poll(() => heard, slowMs).toEqual(['run-one']);
  host = await RunHost.open(storeDir, new Brake(), () => {});
  host.progress(first('run-two', root, 0));
  await follower.look();
  await last.close();
  await expect.poll(() => heard, slowMs).toContain('run-two');
});

test('a run that is done without figures was not killed', async () => {
  const heard: string[] = [];
  host = await RunHost.open(root, new Brake(), () => {});
  host.progress({ ...first('run-one', root, 0), stage: 'done' });
  follower = new RunFollower(root, {
    onProgress: ({ stage }) => void heard.push(stage),
    onResult: () => {},
    onFailure: (message) => void heard.push(message),
  });
  await follower.start();
  await expect.poll(() => heard, slowMs).toEqual(['done']);
  await host.close();
  await expect.poll(() => follower?.connected, slowMs).toBe(false);
  expect(heard).toEqual(['done']);
});

test('a follower disposed of while it connects leaves no connection', async () => {
  const storeDir = join(root, '.git', 'repotune');
  mkdirSync(storeDir, { recursive: true });
  host = await RunHost.open(storeDir, new Brake(), () => {});
  host.progress(first('run-one', root, 0));
  const heard: string[] = [];
  const disposed = new RunFollower(storeDir, {
    onProgress: ({ runId }) => void heard.push(runId),
    onResult: () => {},
    onFailure: () => {},
  });
  const connecting = Promise.withResolvers<Socket>();
  const onConnecting = (message: unknown): void => {
    disposed.dispose();
    connecting.resolve((message as { readonly socket: Socket }).socket);
  };
  subscribe('net.client.socket', onConnecting);
  try {
    await disposed.start();
  } finally {
    unsubscribe('net.client.socket', onConnecting);
  }
  expect(disposed.connected).toBe(false);
  await expect.poll(async () => (await connecting.promise).destroyed, slowMs).toBe(true);
  expect(heard).toEqual([]);
});

test('a run ends although a follower has stopped reading', async () => {
  const storeDir = join(root, '.git', 'repotune');
  mkdirSync(storeDir, { recursive: true });
  const stuck = await RunHost.open(storeDir, new Brake(), () => {});
  const { address } = runRecord.parse(JSON.parse(readFileSync(runFile(storeDir), 'utf8')));
  const frozen = connect(address).pause();
  await once(frozen, 'connect');
  frozen.write('{"kind":"follow"}\n');
  stuck.progress(first('run-one', root, 0));
  await stuck.close();
  frozen.destroy();
});

test('a run that ends leaves the record of one that has begun since', async () => {
  const storeDir = join(root, '.git', 'repotune');
  mkdirSync(storeDir, { recursive: true });
  const ended = await RunHost.open(storeDir, new Brake(), () => {});
  host = await RunHost.open(storeDir, new Brake(), () => {});
  const record = readFileSync(runFile(storeDir), 'utf8');
  await ended.close();
  expect(readFileSync(runFile(storeDir), 'utf8')).toBe(record);
});

test('nothing is told to whom can only read, as every user of the machine can on Windows', async () => {
  const storeDir = join(root, '.git', 'repotune');
  mkdirSync(storeDir, { recursive: true });
  await heardOf(storeDir, () => {});
  const { address } = runRecord.parse(JSON.parse(readFileSync(runFile(storeDir), 'utf8')));
  const stranger = connect(address);
  let told = '';
  stranger.setEncoding('utf8').on('data', (text: string) => {
    told += text;
  });
  await once(stranger, 'connect');
  const closed = once(stranger, 'close');
  host?.progress({ ...first('run-one', root, 0), message: 'Training' });
  await host?.close();
  host = null;
  await closed;
  expect(told).toBe('');
});

test.each<[string, (one: string, two: string) => void]>([
  ['was moved', (one, two) => renameSync(one, two)],
  ['is reached through a symlink', (one, two) => symlinkSync(one, two, 'junction')],
])('a run is found where its repository %s', async (_, change) => {
  expect((await goesOn(change)).connected).toBe(true);
});
