/** A disk that has no room for what the loop writes while it trains. */
import { rmSync } from 'node:fs';
import { rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { syncFolder } from '../../storage/writeAside.ts';
import { EngineError } from '../errors.ts';
import { putBest } from './bestAdapter.ts';
import { runLoop } from './loop.ts';
import { RunFolder, ScriptedTrainer } from './testingLoop.ts';
import { Writing } from './writing.ts';

vi.mock('../../storage/writeAside.ts', async (original) => {
  const real = await original<typeof import('../../storage/writeAside.ts')>();
  return { ...real, syncFolder: vi.fn(real.syncFolder) };
});

const run = new RunFolder();
beforeEach(() => run.make());
afterEach(() => run.remove());

/** Its disk is full while `isFull` says so of the steps made. */
class OnFullDisk extends ScriptedTrainer {
  readonly #isFull: (step: number) => boolean;

  constructor(heldOut: readonly number[], isFull: (step: number) => boolean) {
    super({ heldOut });
    this.#isFull = isFull;
  }

  #require(path: string): void {
    if (this.#isFull(this.steps)) throw new EngineError('write-failed', `Writing ${path} failed.`);
  }

  override async exportAdapter(path: string, scale?: number): Promise<void> {
    this.#require(path);
    await super.exportAdapter(path, scale);
  }

  override async saveState(path: string): Promise<void> {
    this.#require(path);
    await super.saveState(path);
  }
}

async function runOn(isFull: (step: number, waits: number) => boolean, adapterScale: number | null = null) {
  const waits: number[] = [];
  const said: string[] = [];
  const outcome = await runLoop(
    // An evaluation every four steps.
    new OnFullDisk([3, 2, 1.5, 1.8], (step) => isFull(step, waits.length)),
    run.job({ steps: 12, patience: 9 }, { checkpointEverySeconds: 0, adapterScale }),
    (event) => {
      if (event.kind === 'unwritten') said.push(event.message);
    },
    undefined,
    { nowMs: () => 0, rssBytes: () => 0, sleep: async (ms) => void waits.push(ms) },
  );
  return { said, waits, outcome };
}

it('a disk that is full for a while costs no training, and is told once', async () => {
  const { said, outcome } = await runOn((step) => step >= 3 && step < 6);
  expect(outcome).toMatchObject({ kind: 'trained', steps: 12, bestStep: 8, heldOutBest: 1.5 });
  expect(await run.adapter()).toBe('after step 8');
  expect(said).toEqual([expect.stringMatching(/failed\. Training goes on, .*: make room before it ends\.$/)]);
});

it('a disk that stays full leaves the best weights that it took', async () => {
  const { outcome } = await runOn((step) => step >= 6);
  expect(outcome).toMatchObject({ kind: 'trained', steps: 12, bestStep: 4, heldOutBest: 2 });
  expect(await run.adapter()).toBe('after step 4');
});

it('a disk that is full until training ends is waited for', async () => {
  const { said, waits, outcome } = await runOn((_, waited) => waited < 3);
  expect(outcome).toMatchObject({ kind: 'trained', steps: 12 });
  expect(waits).toHaveLength(3);
  expect(said.at(-1)).toMatch(/It is tried again for 10 minutes: make room\.$/);
  expect(await run.adapter()).toBe('after step 12');
});

it.each([
  ['as they were measured', null, 'after step 12', 1.8],
  ['at the scale that was asked for', 0.5, 'after step 12 at 0.5', 2.3],
])('where no weights could be kept until then, the last ones are, %s', async (_, scale, adapter, heldOutBest) => {
  const { outcome } = await runOn((_, waited) => waited < 3, scale);
  expect(await run.adapter()).toBe(adapter);
  expect(outcome).toMatchObject({ kind: 'trained', bestStep: 12, heldOutBest, adapterScale: scale ?? 1 });
});

it.each([2, 5, 12])('a folder that is deleted, with its repository, after step %d ends the training', async (step) => {
  const trainer = new ScriptedTrainer({ heldOut: [3, 2, 1.5, 1.8] });
  const said: string[] = [];
  const outcome = await runLoop(
    trainer,
    run.job({ steps: 12, patience: 9 }, { checkpointEverySeconds: 0 }),
    (event) => {
      if (event.kind === 'unwritten') said.push(event.message);
      if (event.kind === 'step' && event.step === step) rmSync(run.dir, { recursive: true });
    },
    undefined,
    { nowMs: () => 0, rssBytes: () => 0, sleep: async () => {} },
  );
  expect(outcome).toMatchObject({ kind: 'failed', message: expect.stringMatching(/was moved or deleted meanwhile\./) });
  expect(trainer.steps).toBe(step);
  expect(said).toEqual([]);
});

it.each([
  ['by the addon', () => new EngineError('write-failed', 'Writing /a failed: is the disk full?'), false],
  ['by the system', () => Object.assign(new Error('EROFS'), { code: 'EROFS', path: '/a' }), true],
])('a folder that becomes read-only is named, and nobody is told to make room: %s', async (_, refusal, mayWrite) => {
  const said: string[] = [];
  const refuse = () => Promise.reject(refusal());
  const writing = new Writing(
    run.dir,
    (message) => void said.push(message),
    async () => {},
    () => mayWrite,
  );
  await writing.attempt(refuse);
  await expect(writing.finish(refuse)).rejects.toThrow(/cannot be written any more: it has become read-only\.$/);
  const what = `${run.dir} cannot be written any more: it has become read-only.`;
  expect(said).toEqual([
    `${what} Training goes on, and writes again later: make it writable before it ends.`,
    `${what} It is tried again for 10 minutes: make it writable.`,
  ]);
});

it('a disk on which nobody makes room fails the run in the end', async () => {
  const { waits, outcome } = await runOn(() => true);
  expect(outcome).toMatchObject({ kind: 'failed', code: 'write-failed' });
  expect(waits.reduce((sum, ms) => sum + ms, 0)).toBe(10 * 60_000);
});

it.runIf(process.platform === 'linux')('weights that a full disk takes no copy of are moved', async () => {
  const kept = join(run.dir, 'best-4.gguf');
  await writeFile(kept, 'weights');
  await putBest(kept, join(run.dir, 'adapter.gguf'), async (_, to) => {
    await symlink('/dev/full', to);
    await writeFile(to, 'weights').finally(() => rm(to));
  });
  expect(await run.adapter()).toBe('weights');
});

it('the folder is flushed once the best weights have their name, which a power failure could else take back', async () => {
  const kept = join(run.dir, 'best-4.gguf');
  await writeFile(kept, 'weights');
  let then = '';
  vi.mocked(syncFolder).mockImplementationOnce(async () => {
    then = await run.adapter();
  });
  await putBest(kept, join(run.dir, 'adapter.gguf'));
  expect(then).toBe('weights');
});
