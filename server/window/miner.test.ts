import { execFileSync } from 'node:child_process';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { buildIndex } from '../mining/indexing.ts';
import { moduleText, ScratchRepository } from '../mining/testing.ts';
import { previewOf } from '../panel/preview.ts';
import { scriptPath } from '../storage/paths.ts';
import { mineHeldOut, mineSplits } from '../tuning/splits.ts';
import { Miner } from './miner.ts';

// Every test starts processes, on a build machine that may be busy with others.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

let scratch: ScratchRepository;
let miner: Miner;
const signal = new AbortController().signal;
const names = 'abcdefghijklmnopqrst'.split('');

beforeEach(() => {
  scratch = new ScratchRepository();
  miner = new Miner();
  for (const name of names) scratch.write(`src/${name}.ts`, moduleText(`part${name}`, 40));
  scratch.commit('first');
  for (const name of names.slice(0, 8))
    scratch
      .write(`src/${name}.ts`, `${moduleText(`part${name}`, 40)}\nexport const limit = compute('${name}');\n`)
      .commit(`limit of ${name}`);
});
afterEach(async () => {
  await miner.dispose();
  scratch[Symbol.dispose]();
});

/** Live processes of this script, started by `pid` or by anybody. */
function processesOf(script: 'miner' | 'parser', pid?: number): number[] {
  return execFileSync('ps', ['-A', '-o', 'pid=,ppid=,stat=,args='], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, parent, state]) => (pid === undefined || Number(parent) === pid) && !state?.startsWith('Z'))
    .filter(([, , , ...args]) => args.includes(scriptPath(script)))
    .map(([child]) => Number(child));
}

/** Processes started by this one meanwhile, and CPU time of this thread in the longest stretch without returning to the event loop. */
async function held<T>(work: () => Promise<T>): Promise<{ result: T; started: number; longestMs: number }> {
  let started = 0;
  const count = (): void => void started++;
  subscribe('child_process', count);
  const cpuMs = (): number => {
    const { user, system } = process.threadCpuUsage();
    return (user + system) / 1000;
  };
  let last = cpuMs();
  let longestMs = 0;
  const timer = setInterval(() => {
    const now = cpuMs();
    longestMs = Math.max(longestMs, now - last);
    last = now;
  }, 10);
  try {
    const result = await work();
    longestMs = Math.max(longestMs, cpuMs() - last);
    return { result, started, longestMs };
  } finally {
    unsubscribe('child_process', count);
    clearInterval(timer);
  }
}

/** Anything longer is noticeable while typing. */
const FELT_MS = 100;

it('a preview equals mining in this process, and all that this process does is start the miner', async () => {
  const apart = await held(() => miner.preview(scratch.root, signal));
  const here = await held(() => mineSplits({ folder: scratch.root, byTime: true }, null, () => {}, signal));
  expect(apart.result).toEqual(previewOf(here.result.dataset, scratch.root));
  expect(apart.result.trainPairs).toBeGreaterThan(100);
  // Mining starts git and parsers: by the miner, not from here.
  expect(apart.started).toBe(1);
  expect(here.started).toBeGreaterThan(2);
  expect(apart.longestMs).toBeLessThan(FELT_MS);
  expect(processesOf('miner', process.pid)).toEqual([]);
});

it('held-out pairs from the miner process equal those mined in this process', async () => {
  const request = {
    folder: scratch.root,
    versionsLearnedTo: [scratch.git('rev-parse', 'HEAD~4').trim()],
    most: { byFile: 12, byTime: 6 },
    learned: true,
  };
  const apart = await miner.heldOut(request, signal);
  expect(apart).toEqual(await mineHeldOut(request, () => {}, signal));
  expect([apart.byFile.length, apart.learned.length > 5]).toEqual([12, true]);
});

it('an index from the miner process equals one built here and is received without blocking', async () => {
  // The largest file accepted, which comes in one piece.
  scratch.write('src/large.ts', moduleText('large', 1400)).commit('a large file');
  const { result, longestMs } = await held(() => miner.index(scratch.root, signal));
  const here = await buildIndex(scratch.root);
  expect([...result.index.texts()]).toEqual([...here.texts()]);
  expect(result.index.size).toBe(names.length + 1);
  expect(longestMs).toBeLessThan(FELT_MS);
});

it('documents are read by one process, which ends when it is idle', async () => {
  await miner.dispose();
  miner = new Miner({ idleMs: 300 });
  const entry = await miner.document(
    scratch.root,
    'src/a.ts',
    'export function own(first: number): number {\n  return first;\n}\n',
  );
  expect(entry).toMatchObject({ path: 'src/a.ts', signatures: [{ name: 'own' }] });
  const [kept, ...more] = processesOf('miner', process.pid);
  expect(more).toEqual([]);
  expect(await miner.document(scratch.root, 'src/b.ts', '// @generated\n')).toBeNull();
  expect(await miner.document(scratch.root, 'src/b.ts', 'x'.repeat(10 << 20))).toBeNull();
  expect(processesOf('miner', process.pid)).toEqual([kept]);
  await vi.waitFor(() => expect(processesOf('miner', process.pid)).toEqual([]), { timeout: 20_000, interval: 200 });
  expect(await miner.document(scratch.root, 'src/a.ts', moduleText('again'))).not.toBeNull();
});

it('a document whose process dies fails with a message, and the next one is read by another process', async () => {
  await miner.document(scratch.root, 'src/a.ts', moduleText('a'));
  const [pid = 0, ...more] = processesOf('miner', process.pid);
  expect(more).toEqual([]);
  // It must not answer before it is killed.
  process.kill(pid, 'SIGSTOP');
  const reading = miner.document(scratch.root, 'src/a.ts', moduleText('a'));
  process.kill(pid, 'SIGKILL');
  await expect(reading).rejects.toThrow(/mining process .*SIGKILL/);
  expect(await miner.document(scratch.root, 'src/b.ts', moduleText('b'))).not.toBeNull();
  const [other] = processesOf('miner', process.pid);
  expect(other).not.toBe(pid);
});

it('a cancelled preview rejects with the reason and leaves no processes', async () => {
  const controller = new AbortController();
  const preview = miner.preview(scratch.root, controller.signal).catch((error: unknown) => error);
  let parsers: number[] = [];
  await vi.waitFor(
    () => {
      parsers = processesOf('miner', process.pid).flatMap((pid) => processesOf('parser', pid));
      expect(parsers.length).toBeGreaterThan(0);
    },
    { timeout: 20_000, interval: 20 },
  );
  controller.abort();
  expect(await preview).toBe(controller.signal.reason);
  expect(processesOf('miner', process.pid)).toEqual([]);
  const left = (): number[] => processesOf('parser').filter((pid) => parsers.includes(pid));
  await vi.waitFor(() => expect(left()).toEqual([]), { timeout: 20_000, interval: 100 });
});

it('a folder that cannot be mined is rejected with the message of mining', async () => {
  using empty = new ScratchRepository();
  await expect(miner.preview(empty.root, signal)).rejects.toThrow(/git tracks no file in/);
  await expect(miner.index(empty.root, signal)).rejects.toThrow(/git tracks no file in/);
});
