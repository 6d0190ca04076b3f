import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Brake } from '../engine/brake.ts';
import { RunFollower } from './runFollower.ts';
import { RunHost } from './runHost.ts';
import { first } from './runOptions.ts';

let root: string;
let follower: RunFollower | null = null;
let host: RunHost | null = null;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'repotune-follower-'));
});
afterEach(async () => {
  follower?.dispose();
  await host?.close();
  rmSync(root, { recursive: true, force: true });
});

/** Begins to follow, then a run opens in the store after `between`. Resolves when the run is heard of. */
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
  ['is there', ['.git', 'repotune'], () => {}],
  ['comes with the run', ['.git'], (store) => mkdirSync(store)],
  // The data folder before anything was tuned without git.
  ['comes with its parent', [], (store) => mkdirSync(store, { recursive: true })],
  [
    'was deleted and is made anew',
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
