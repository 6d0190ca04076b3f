import { existsSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, constants, getPriority } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { storeLocation } from '../git/storeLocation.ts';
import { moduleText, ScratchRepository } from '../mining/testing.ts';
import type { TuneProgress } from '../protocol/tune.ts';
import { bundledModelPath, dataFolder } from '../storage/paths.ts';
import { awakeMs, cpuMsOf, processesOf, rest } from '../system/testing.ts';
import { inRun } from './runFolder.ts';
import { runFile, runRecord } from './runMessages.ts';
import { Runs } from './runs.ts';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 60_000 });
const slowMs = { timeout: 200_000, interval: 50 };

const repository = new ScratchRepository();
let runs: Runs | null = null;

beforeAll(() => {
  for (let i = 0; i < 12; i++) repository.write(`src/module${i}.ts`, moduleText(`m${i}`));
  repository.commit('first');
});
afterEach(async () => {
  await runs?.stop();
  runs?.dispose();
});
afterAll(() => rmSync(repository.root, { recursive: true, force: true }));

function begin(maxMinutes = 1): TuneProgress[] {
  const seen: TuneProgress[] = [];
  runs = new Runs(
    {
      onProgress: (progress) => void seen.push(progress),
      onResult: () => {},
      onFailure: () => {},
      onInterrupted: () => {},
      onUnseenFailure: () => {},
    },
    Date.now,
  );
  const answer = runs.start({
    folder: repository.root,
    modelPath: bundledModelPath(),
    baseType: 'q4_0',
    rank: 4,
    maxMinutes,
    device: 'cpu',
    pauseOnBattery: false,
    anyway: true,
    background: true,
  });
  expect(answer).toMatchObject({ kind: 'started' });
  return seen;
}

test.skipIf(process.platform !== 'linux')(
  'a background run computes no more than 100 ms after a keystroke, and goes on when typing ends',
  async () => {
    // On a busy machine, the steps of one minute may all be made before the key.
    const seen = begin(10);
    await expect.poll(() => seen.at(-1)?.step ?? 0, slowMs).toBeGreaterThan(0);
    expect(seen.every(({ background }) => background)).toBe(true);
    const { pid } = runRecord.parse(JSON.parse(readFileSync(runFile(await storeLocation(repository.root)), 'utf8')));
    const processes = (): number[] => processesOf(pid);
    // At least the run and the training engine: the serving one may be suspended.
    const working = processes();
    expect(working.length).toBeGreaterThanOrEqual(2);
    // Directly before: this process may have to wait for its turn as well.
    const [keyMs, atKey] = [performance.now(), cpuMsOf(working)];
    runs!.setTyping(true);
    let still = atKey;
    await expect
      .poll(async () => {
        still = cpuMsOf(processes());
        return await rest(processes(), 500);
      }, slowMs)
      .toBe(true);
    expect(still - atKey).toBeLessThanOrEqual(100 * availableParallelism() + awakeMs(keyMs));
    // What the run had told by then has arrived.
    await sleep(100);
    const steps = seen.at(-1)!.step;
    const [fromMs, from] = [performance.now(), cpuMsOf(processes())];
    await sleep(1500);
    expect(cpuMsOf(processes()) - from).toBeLessThanOrEqual(awakeMs(fromMs));
    expect(seen.at(-1)!.step).toBe(steps);

    runs!.setTyping(false);
    await expect.poll(() => seen.at(-1)!.step, slowMs).toBeGreaterThan(steps);
  },
);

test('a background run has the lowest priority', async () => {
  const seen = begin();
  const record = runFile(await storeLocation(repository.root));
  // Checked as soon as it can be followed, since others may change its priority.
  await vi.waitUntil(() => existsSync(record), { ...slowMs, interval: 5 });
  const { pid } = runRecord.parse(JSON.parse(readFileSync(record, 'utf8')));
  expect(getPriority(pid)).toBe(constants.priority.PRIORITY_LOW);
  expect(seen.at(-1)!.stage).toBe('mining');
});

test('a background run that is still mining ends at a keystroke', async () => {
  const seen = begin();
  await expect.poll(() => seen.some(({ message }) => message !== 'Starting'), slowMs).toBe(true);
  expect(seen.at(-1)!.stage).toBe('mining');
  runs!.setTyping(true);
  await expect.poll(() => seen.at(-1)!.stage, slowMs).toBe('stopped');
  expect(seen.at(-1)!.madeWay).toBe(true);
});

test('a background run ends to make way for a requested one', async () => {
  const seen = begin();
  await expect.poll(() => seen.at(-1)?.stage, slowMs).not.toBe('mining');
  await runs!.endBackground();
  expect(seen.at(-1)).toMatchObject({ stage: 'stopped', madeWay: true });
  expect(runs!.isComputing()).toBe(false);
});

test.each([
  ['before it can be followed', () => true],
  ['while it works', () => existsSync(join(dataFolder(), 'unrequested-run.json'))],
])('a background run that its user stops %s made no way', async (_, isThere) => {
  const seen = begin();
  await expect.poll(isThere, slowMs).toBe(true);
  await runs!.stop();
  expect(seen.at(-1)!.stage).toBe('stopped');
  expect(seen.at(-1)!.madeWay).toBeUndefined();
});

test.each(['the same repository', 'another one'])(
  'a background run makes way for one of another process in %s before that begins',
  async (where) => {
    using another = new ScratchRepository();
    another.write('a.ts', 'a();\n').commit('first');
    const { root } = where === 'another one' ? another : repository;
    const seen = begin();
    await expect.poll(() => existsSync(join(dataFolder(), 'unrequested-run.json')), slowMs).toBe(true);
    const options = { folder: root, modelPath: bundledModelPath(), baseType: 'q4_0' } as const;
    const isListed = async () => existsSync(runFile(await storeLocation(repository.root)));
    expect(await inRun('run-other', options, {}, isListed)).toBe(false);
    await expect.poll(() => seen.at(-1)!.stage, slowMs).toBe('stopped');
    expect(seen.at(-1)!.madeWay).toBe(true);
  },
);

test('a background run ends no other one', async () => {
  using another = new ScratchRepository();
  another.write('a.ts', 'a();\n').commit('first');
  const seen = begin();
  await expect.poll(async () => existsSync(runFile(await storeLocation(repository.root))), slowMs).toBe(true);
  const options = { folder: another.root, modelPath: bundledModelPath(), baseType: 'q4_0' } as const;
  await inRun('run-other', options, { background: true }, async () => {});
  expect(seen.at(-1)!.stage).not.toBe('stopped');
});
