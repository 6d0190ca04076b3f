import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { AdapterStore } from '../adapters/store.ts';
import { manifestFor } from '../adapters/testing.ts';
import { Brake } from '../engine/brake.ts';
import { storeLocation } from '../git/storeLocation.ts';
import type { TuneProgress } from '../protocol/tune.ts';
import { takeLock } from '../storage/lock.ts';
import { newVersionId } from '../versions/describeVersion.ts';
import { tuneLockOf } from './leftovers.ts';
import { RunFollower } from './runFollower.ts';
import { RunHost } from './runHost.ts';
import { first } from './runOptions.ts';
import { Runs } from './runs.ts';
import { takeUnseenEnd } from './unseenEnd.ts';

const slowMs = { timeout: 20_000, interval: 20 };
const MESSAGE = 'The disk is full (writing /a). Free some space and try again; earlier adapters are untouched.';

let scratch: string;
let folder: string;
let store: string;
const windows: Runs[] = [];
beforeEach(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'repotune-unseen-'));
  vi.stubEnv('REPOTUNE_DATA', join(scratch, 'data'));
  folder = join(scratch, 'app');
  execFileSync('git', ['init', '-q', folder]);
  store = await storeLocation(folder);
  mkdirSync(store);
});
afterEach(() => {
  for (const runs of windows.splice(0)) runs.dispose();
  rmSync(scratch, { recursive: true, force: true });
  vi.unstubAllEnvs();
});

const run = (): TuneProgress => ({ ...first('run-one', folder, 1000), message: 'Reading the repository' });

/** What a window on the folder tells. */
async function window() {
  const told: TuneProgress[] = [];
  const shown: TuneProgress[] = [];
  const failures: string[] = [];
  const runs = new Runs(
    {
      onProgress: (progress) => void shown.push(progress),
      onResult: () => {},
      onFailure: (message) => void failures.push(message),
      onInterrupted: () => {},
      onUnseenFailure: (failed) => void told.push(failed),
    },
    Date.now,
  );
  windows.push(runs);
  await runs.setFolders([folder]);
  return { told, shown, failures };
}

/** As a process leaves it that is killed. */
async function killed(host: RunHost): Promise<void> {
  const text = readFileSync(kept());
  await host.close();
  writeFileSync(kept(), text);
}

async function fails(host: RunHost): Promise<void> {
  host.progress({
    ...run(),
    stage: 'failed',
    message: MESSAGE,
    step: 3,
    curve: [{ step: 3, train: 2, heldOut: null }],
  });
  host.failure(MESSAGE);
  await host.close();
}

const begin = (background = false) =>
  RunHost.open(store, new Brake(), () => {}, { run: run(), needsFollower: background });
const kept = () => join(store, 'unseen-end.json');

it('a run that failed while no window was open is told by the next one, in its words, and by no other', async () => {
  await fails(await begin());
  const next = await window();
  await expect
    .poll(() => next.told, slowMs)
    .toMatchObject([{ runId: 'run-one', folder, stage: 'failed', message: MESSAGE }]);
  expect(next.shown.at(-1)).toMatchObject({ stage: 'failed', message: MESSAGE, step: 3 });
  expect(existsSync(kept())).toBe(false);
});

it.each<[string, (host: RunHost) => Promise<void>]>([
  ['whose process was killed', killed],
  ['that the end of the session ended', (host) => host.close(true)],
])('a run %s while no window was open is told by the next one', async (_, ends) => {
  await ends(await begin());
  const { told } = await window();
  await expect.poll(() => told, slowMs).toMatchObject([{ stage: 'failed', message: /was killed; earlier/ }]);
});

it('a run that is killed once it has stored its version is said to have stored it, by a window that follows it, too', async () => {
  const lock = await takeLock(tuneLockOf(store), 'tuning');
  const host = await begin();
  const { shown, failures } = await window();
  await expect.poll(() => shown, slowMs).toMatchObject([{ stage: 'mining' }]);
  await storeVersionOf('run-one');
  if (lock.kind === 'taken') await lock.release();
  await killed(host);
  await expect.poll(() => failures, slowMs).toEqual([expect.stringMatching(/had stored its adapter, made by run-one/)]);
  expect(shown.at(-1)).toMatchObject({ stage: 'failed', message: failures[0] });
});

async function storeVersionOf(runId: string): Promise<void> {
  const adapterFile = join(scratch, 'new.gguf');
  writeFileSync(adapterFile, 'weights');
  const { createdAt, dataset, ...made } = await manifestFor('any', adapterFile, { name: `made by ${runId}` });
  const id = newVersionId(Date.parse(createdAt), `${dataset.digest}${runId}`);
  const judgement = { passed: true, reason: 'Better.', report: null, atMs: 0 };
  await new AdapterStore(store).add({
    manifest: { ...made, id, createdAt, dataset },
    adapterFile,
    report: {},
    judgement,
  });
}

const endsAs = (stage: 'done' | 'stopped') => async (host: RunHost) => {
  host.progress({ ...run(), stage, message: '' });
  await host.close();
};

it.each<[string, (host: RunHost) => Promise<unknown>]>([
  ['is done', endsAs('done')],
  ['was stopped by its user', endsAs('stopped')],
  [
    'failed as a window saw',
    async (host) => {
      const heard = Promise.withResolvers<unknown>();
      const follower = new RunFollower(store, { onProgress: heard.resolve, onResult: () => {}, onFailure: () => {} });
      await follower.start();
      await heard.promise;
      await fails(host);
      follower.dispose();
    },
  ],
])('nothing is kept of a run that %s', async (_, ends) => {
  await ends(await begin());
  expect(existsSync(kept())).toBe(false);
});

it('nothing is kept of a run that nobody asked for', async () => {
  await fails(await begin(true));
  expect(existsSync(kept())).toBe(false);
});

it('a later run takes its place', async () => {
  await fails(await begin());
  await endsAs('done')(await begin());
  expect(await takeUnseenEnd(store)).toBeNull();
});

it('is not told while a run is under way', async () => {
  await fails(await begin());
  const lock = await takeLock(tuneLockOf(store), 'tuning');
  expect(await takeUnseenEnd(store)).toBeNull();
  if (lock.kind === 'taken') await lock.release();
  expect(await takeUnseenEnd(store)).toMatchObject({ message: MESSAGE });
});

it.each<[string, () => void]>([
  [
    'was written by somebody else',
    () => writeFileSync(kept(), readFileSync(kept(), 'utf8').replace('The disk', 'A disk')),
  ],
  [
    'was copied with its repository',
    () => {
      cpSync(folder, `${folder}-copy`, { recursive: true });
      rmSync(folder, { recursive: true });
      renameSync(`${folder}-copy`, `${folder}2`);
      store = join(`${folder}2`, '.git', 'repotune');
    },
  ],
])('nothing is told that %s', async (_, change) => {
  await fails(await begin());
  change();
  expect(await takeUnseenEnd(store)).toBeNull();
});

it.skipIf(process.platform === 'win32')('a link in its place is not written through', async () => {
  const precious = join(scratch, 'precious');
  writeFileSync(precious, 'mine');
  symlinkSync(precious, kept());
  await fails(await begin());
  expect(readFileSync(precious, 'utf8')).toBe('mine');
  expect(await takeUnseenEnd(store)).toMatchObject({ message: MESSAGE });
});
