import { type ChildProcess, spawn } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { preparedBase } from '../adapters/preparedBase.ts';
import type { TuneProgress } from '../protocol/tune.ts';
import { fromRun, lines } from '../runs/runMessages.ts';
import { sha256OfModel } from '../storage/hash.ts';
import { bundledModelPath, scriptPath } from '../storage/paths.ts';
import { TuneError } from '../tuning/errors.ts';
import { ABOUT, layoutFolder, removeLayout } from '../tuning/layoutAdapters.ts';
import { inEnoughMinutes, prepareBase } from './prepare.ts';

vi.setConfig({ testTimeout: 240_000, hookTimeout: 60_000 });

let data: string;
let base: string;
beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'repotune-prepare-'));
  process.env['REPOTUNE_DATA'] = data;
  base = join(data, 'base.gguf');
  await copyFile(bundledModelPath(), base);
});
afterAll(() => rm(data, { recursive: true, force: true }));

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly error: string;
}

function started(...args: readonly string[]): { readonly child: ChildProcess; readonly ended: Promise<Ended> } {
  const child = spawn(process.execPath, [scriptPath('cli'), 'models', 'prepare', ...args], { stdio: 'pipe' });
  let [out, error] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    error += text;
  });
  const ended = new Promise<Ended>((resolve) => child.on('close', (code) => resolve({ code, out, error })));
  return { child, ended };
}

const prepare = (...args: readonly string[]): Promise<Ended> => started(...args).ended;

test.each([
  ['no model', [], /name a model/],
  ['a missing model', ['nowhere.gguf'], /nowhere\.gguf/],
  ['a catalogue model that is not downloaded', ['qwen2.5-coder-0.5b'], /repotune models get qwen2\.5-coder-0\.5b/],
  ['an unknown device', ['base.gguf', '--device', 'gpu'], /--device takes one of/],
  ['minutes that are not a number', ['base.gguf', '--minutes', 'many'], /--minutes takes a number/],
  ['the bundled model', [bundledModelPath()], /needs no preparation/],
])('%s fails with a sentence and prepares nothing', async (_, args, said) => {
  const { code, error } = await prepare(...args);
  expect(error).toMatch(said);
  expect(code).not.toBe(0);
  expect(await readdir(data)).not.toContain('layouts');
});

test('too little time is refused with the minutes that would do, and leaves nothing', async () => {
  const { code, error } = await slowly(() => prepare(base, '--minutes', '0.05'));
  expect(error).toMatch(/Allow at least/);
  expect(code).toBe(1);
  expect(await preparedBase(base)).toBeNull();
});

test('what a newer release has prepared is not prepared anew, which is said', async () => {
  const folder = layoutFolder(await sha256OfModel(base));
  const newer = JSON.stringify({ format: 2 });
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, ABOUT), newer);
  const { code, error } = await prepare(base, '--minutes', '0.05', '--anyway');
  expect(error).toMatch(/about\.json was written by a newer release of Repotune\. Update this one to use it\./);
  expect(code).toBe(1);
  expect(await readFile(join(folder, ABOUT), 'utf8')).toBe(newer);
  await rm(folder, { recursive: true });
});

/** Disables bfloat16, which is so fast with this small base that even the shortest run would be long enough. */
async function slowly<T>(run: () => Promise<T>): Promise<T> {
  const before = process.env['REPOTUNE_KERNELS'];
  process.env['REPOTUNE_KERNELS'] = 'avx2';
  try {
    return await run();
  } finally {
    if (before === undefined) delete process.env['REPOTUNE_KERNELS'];
    else process.env['REPOTUNE_KERNELS'] = before;
  }
}

const tooShort = new TuneError('too little time', { tooShort: true });
const broken = new TuneError('broken');

test.each<[string, readonly (Error | null)[], readonly [number, boolean][], Error | null]>([
  ['are enough', [null], [[5, false]], null],
  [
    'are too few: tries again with more',
    [tooShort, null],
    [
      [5, false],
      [40, true],
    ],
    null,
  ],
  [
    'are too few, and the longer try fails',
    [tooShort, broken],
    [
      [5, false],
      [40, true],
    ],
    broken,
  ],
  ['fail for another reason: does not try again', [broken], [[5, false]], broken],
])('the usual minutes %s', async (_, ends, expected, error) => {
  const tries: [number, boolean][] = [];
  const longer = vi.fn(async () => 40);
  const made = inEnoughMinutes(
    5,
    async (minutes, alsoTooShort) => {
      const end = ends[tries.push([minutes, alsoTooShort]) - 1];
      if (end) throw end;
      return 'made';
    },
    longer,
  );
  if (error === null) expect(await made).toBe('made');
  else await expect(made).rejects.toBe(error);
  expect(tries).toEqual(expected);
  // This machine's speed is only measured when needed.
  expect(longer).toHaveBeenCalledTimes(expected.length - 1);
});

test('cancelling while the machine is measured prevents the second try', async () => {
  const make = vi.fn(async () => Promise.reject(tooShort));
  const cancelled = new Error('cancelled');
  await expect(inEnoughMinutes(5, make, async () => Promise.reject(cancelled))).rejects.toBe(cancelled);
  expect(make).toHaveBeenCalledTimes(1);
});

test('prepares a base with more minutes when the usual ones are too few', async () => {
  const longer = vi.fn(async () => 0.05);
  const stages: string[] = [];
  const { steps } = await slowly(() =>
    prepareBase(
      { modelPath: base, device: 'cpu', minutes: undefined, anyway: false },
      ({ stage }) => stages.at(-1) !== stage && stages.push(stage),
      new AbortController().signal,
      undefined,
      { usual: 0.001, longer },
    ),
  );
  expect(longer).toHaveBeenCalledTimes(1);
  expect(longer).toHaveBeenCalledWith(
    expect.objectContaining({ parameters: expect.any(Number) }),
    'cpu',
    expect.anything(),
  );
  expect(steps).toBeGreaterThan(0);
  expect(stages).toContain('training');
  expect(await preparedBase(base)).toMatchObject({ scale: 1 });
  await removeLayout(await sha256OfModel(base));
});

test('a watching server can stop the run, which leaves nothing', async () => {
  const { child, ended } = started(base, '--minutes', '5', '--watched');
  const training = new Promise<TuneProgress>((resolve) => {
    const receive = lines(fromRun, (message) => {
      if (message.kind === 'progress' && message.progress.step > 0) resolve(message.progress);
    });
    child.stdout?.on('data', receive);
  });
  expect((await training).stage).toBe('training');
  child.stdin?.write(`${JSON.stringify({ kind: 'hold', held: true })}\n${JSON.stringify({ kind: 'stop' })}\n`);
  expect((await ended).code).toBe(130);
  expect(await preparedBase(base)).toBeNull();
});

test('a watched run ends when its server is gone', async () => {
  const { child, ended } = started(base, '--minutes', '5', '--watched');
  child.stdout?.once('data', () => child.stdin?.end());
  expect((await ended).code).toBe(130);
});

test('prepares a base only once, and --remove undoes it', async () => {
  const made = await prepare(base, '--minutes', '0.05', '--anyway', '--json');
  expect(made.error).not.toMatch(/repotune:/);
  const { steps, tokens } = JSON.parse(made.out) as { steps: number; tokens: number };
  expect(steps).toBeGreaterThan(0);
  expect(tokens).toBeGreaterThan(0);
  expect(await preparedBase(base)).toMatchObject({ scale: 1 });
  expect(JSON.parse((await prepare(base, '--json')).out)).toEqual({ steps, tokens });
  expect((await prepare(base, '--remove')).out).toMatch(/no longer prepared/);
  expect(await preparedBase(base)).toBeNull();
  expect((await prepare(base, '--remove')).out).toMatch(/was not prepared/);
});
