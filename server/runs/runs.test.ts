import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { storeLocation } from '../git/storeLocation.ts';
import { moduleText, ScratchRepository } from '../mining/testing.ts';
import type { Stage, TuneProgress, TuneResult } from '../protocol/tune.ts';
import { bundledModelPath } from '../storage/paths.ts';
import { runFile } from './runMessages.ts';
import type { RunOptions } from './runOptions.ts';
import { Runs } from './runs.ts';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 60_000 });
const slowMs = { timeout: 200_000, interval: 50 };

const repository = new ScratchRepository();
const open: Runs[] = [];

beforeAll(() => {
  for (let i = 0; i < 12; i++) repository.write(`src/module${i}.ts`, moduleText(`m${i}`, 4));
  repository.commit('first');
});
afterEach(async () => {
  for (const runs of open.splice(0)) {
    await runs.stop();
    runs.dispose();
  }
});
afterAll(() => rmSync(repository.root, { recursive: true, force: true }));

/** What a window sees of the folder's runs. */
async function window() {
  const seen = {
    progress: [] as TuneProgress[],
    paused: null as string | null,
    results: [] as TuneResult[],
    failures: [] as string[],
  };
  const runs = new Runs(
    {
      onProgress: (progress, paused) => {
        seen.progress.push(progress);
        seen.paused = paused;
      },
      onResult: (result) => seen.results.push(result),
      onFailure: (message) => seen.failures.push(message),
      onInterrupted: () => {},
      onUnseenFailure: () => {},
    },
    Date.now,
  );
  open.push(runs);
  await runs.setFolders([repository.root]);
  const stage = (): Stage | undefined => seen.progress.at(-1)?.stage;
  return { runs, seen, stage };
}

const options = (minutes: number): RunOptions => ({
  folder: repository.root,
  modelPath: bundledModelPath(),
  baseType: 'q4_0',
  rank: 4,
  maxMinutes: minutes,
  device: 'cpu',
  pauseOnBattery: false,
  // A busy machine may manage few steps in that time.
  anyway: true,
});

test('a run outlives its window, and the next window finds it, pauses it and gets its result', async () => {
  const first = await window();
  expect(first.runs.start(options(0.1))).toMatchObject({ kind: 'started' });
  expect(first.runs.start(options(0.1))).toMatchObject({ kind: 'refused' });
  await expect.poll(() => first.seen.progress.at(-1)?.step ?? 0, slowMs).toBeGreaterThan(0);
  // Else it may be over before a busy machine has opened the next window.
  first.runs.setPaused(true);
  await expect.poll(() => first.seen.paused, slowMs).toBe('user');
  first.runs.dispose();

  const second = await window();
  await expect.poll(second.stage, slowMs).toBe('training');
  expect(second.seen.progress[0]?.runId).toBe(first.seen.progress[0]?.runId);
  await expect.poll(() => second.seen.paused, slowMs).toBe('user');
  second.runs.setPaused(false);
  await expect.poll(() => second.seen.paused, slowMs).toBe(null);
  second.runs.setPaused(true);
  await expect.poll(() => second.seen.paused, slowMs).toBe('user');
  const third = await window();
  expect(third.seen.paused ?? (await vi.waitUntil(() => third.seen.paused, slowMs))).toBe('user');
  third.runs.setPaused(false);
  await expect.poll(() => second.seen.results, slowMs).toHaveLength(1);
  expect(second.stage()).toBe('done');
  expect(third.seen.failures).toEqual([]);
  expect(existsSync(runFile(await storeLocation(repository.root)))).toBe(false);
});

test('a window sees a run that another window started, pauses it and stops it', async () => {
  const here = await window();
  const elsewhere = await window();
  elsewhere.runs.start(options(0.5));
  await expect.poll(here.stage, slowMs).toBe('training');
  here.runs.setPaused(true);
  await expect.poll(() => elsewhere.seen.paused, slowMs).toBe('user');
  expect(await here.runs.stop()).toBe(true);
  await expect.poll(elsewhere.stage, slowMs).toBe('stopped');
  expect([...here.seen.failures, ...elsewhere.seen.failures]).toEqual([]);
});

test('a run whose process is killed is told once, whether its process or its connection is heard to end first', async () => {
  const connections: Socket[] = [];
  const onConnecting = (message: unknown): void =>
    void connections.push((message as { readonly socket: Socket }).socket);
  subscribe('net.client.socket', onConnecting);
  try {
    const { runs, seen, stage } = await window();
    runs.start(options(0.5));
    await expect.poll(stage, slowMs).toBe('mining');
    await expect.poll(() => connections, slowMs).toHaveLength(1);
    const { pid } = JSON.parse(readFileSync(runFile(await storeLocation(repository.root)), 'utf8'));
    connections[0]?.pause();
    process.kill(pid, 'SIGKILL');
    await expect.poll(() => isAlive(pid), slowMs).toBe(false);
    await sleep(500);
    connections[0]?.resume();
    await sleep(1000);
    expect(seen.failures).toEqual([expect.stringMatching(/was killed/)]);
  } finally {
    unsubscribe('net.client.socket', onConnecting);
  }
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

test('a run that cannot begin says why', async () => {
  const { runs, seen, stage } = await window();
  runs.start({ ...options(1), modelPath: `${repository.root}/absent.gguf` });
  await expect.poll(stage, slowMs).toBe('failed');
  expect(seen.failures).toEqual([expect.stringMatching(/absent\.gguf/)]);
});
