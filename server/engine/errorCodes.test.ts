/** Each code, provoked for real and carried to the caller. `device-failed` is in native/test/deviceLoss.test.ts. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { bundledModelPath, librariesPath } from '../storage/paths.ts';
import { codeOf, ERROR_CODES, type ErrorCode, NATIVE_ERROR_CODES } from './errorCodes.ts';
import { EngineError } from './errors.ts';
import { loadAddon, type NativeTrainer } from './native.ts';
import { CompletionProcess } from './process.ts';
import { bundledEngine, emptyGguf, fillIn, request, scratchFolder, trainerConfig } from './testing.ts';
import { TuneProcess } from './tuneProcess.ts';
import type { TrainRow } from './types.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const folder = scratchFolder();
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const addon = loadAddon();

const failure = async (work: () => unknown): Promise<ErrorCode | 'no failure'> => {
  try {
    await work();
    return 'no failure';
  } catch (error) {
    return codeOf(error);
  }
};
const file = (name: string, bytes: Uint8Array): string => {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
};
/** The bundled model, with a header that declares no tokenizer. */
const withoutTokenizer = (): Buffer => {
  const bytes = readFileSync(bundledModelPath());
  const key = 'tokenizer.ggml.model';
  bytes.write('none', bytes.indexOf(key) + key.length + 12); // after the value's type and length: it was gpt2
  return bytes;
};
const row = (tokens: readonly number[]): TrainRow => ({
  tokens: Int32Array.from(tokens),
  starts: Int32Array.of(0),
  lossWeights: Float32Array.from(tokens, (_, i) => Number(i > 0)),
});
const ordinary = row(Array.from({ length: 60 }, (_, i) => 100 + ((i * 7) % 50)));

test('the addon has the same error codes in the same order', () => {
  expect(addon.errorCodes).toEqual(NATIVE_ERROR_CODES);
  expect(new Set(ERROR_CODES).size).toBe(ERROR_CODES.length);
});

test('a code is taken from the causes of an error, and a foreign code becomes internal', () => {
  const cause = new EngineError('device-failed', 'The GPU is gone.');
  expect(codeOf(new Error('Training failed.', { cause: new Error('at step 3', { cause }) }))).toBe('device-failed');
  expect(codeOf(Object.assign(new Error('no entry'), { code: 'ENOENT' }))).toBe('internal');
  expect(codeOf('a text')).toBe('internal');
});

// Before anything loads: libraries once loaded are not searched again.
test('missing libraries fail with broken-installation', async () => {
  const devices = () => addon.devices({ librariesPath: folder, gpuBackends: [], device: 'cpu' });
  expect(await failure(devices)).toBe('broken-installation');
  expect(await failure(() => addon.devices({ librariesPath: librariesPath(), gpuBackends: [], device: 'cpu' }))).toBe(
    'no failure',
  );
});

describe('the trainer', () => {
  let trainer: NativeTrainer;
  beforeAll(async () => {
    trainer = await addon.openTrainer(trainerConfig());
    await trainer.saveState(join(folder, 'state'));
    await trainer.exportAdapter(join(folder, 'adapter.gguf'));
  });
  const open = (changes: Partial<ReturnType<typeof trainerConfig>>) =>
    addon.openTrainer({ ...trainerConfig(), ...changes });
  const shortened = async (name: string, path: string, bytes: number): Promise<string> => {
    const copy = join(folder, name);
    await copyFile(path, copy);
    truncateSync(copy, bytes);
    return copy;
  };

  test.each<[ErrorCode, string, () => unknown]>([
    ['invalid-argument', 'a token outside the vocabulary', () => trainer.step([row([1, 2, 999_999])], 1e-3)],
    ['invalid-argument', 'rows of a wrong type', () => trainer.step('rows' as never, 1e-3)],
    ['invalid-argument', 'a rank of zero', () => open({ rank: 0 })],
    ['invalid-argument', 'texts of a wrong type', () => trainer.tokenize('text' as never)],
    ['too-long', 'a row that is too long', () => trainer.step([row(Array.from({ length: 600 }, () => 5))], 1e-3)],
    ['file-unreadable', 'a missing model', () => open({ modelPath: join(folder, 'none.gguf') })],
    ['file-unreadable', 'a missing checkpoint', () => trainer.loadState(join(folder, 'none'))],
    ['wrong-kind', 'a text file as model', () => open({ modelPath: file('text.gguf', Buffer.from('hello, text')) })],
    ['wrong-kind', 'a text file as checkpoint', () => trainer.loadState(file('text', Buffer.from('hello, text')))],
    ['model-unsupported', 'an architecture', () => open({ modelPath: file('other.gguf', emptyGguf('palimpsest')) })],
    [
      'file-damaged',
      'a truncated model',
      async () => open({ modelPath: await shortened('short.gguf', bundledModelPath(), 9_000_000) }),
    ],
    [
      'file-damaged',
      'a truncated checkpoint',
      async () => trainer.loadState(await shortened('cut', join(folder, 'state'), 1000)),
    ],
    ['write-failed', 'a missing folder', () => trainer.exportAdapter(join(folder, 'none', 'a.gguf'))],
    ['over-budget', 'a budget too small', () => addon.planTraining({ ...trainerConfig(), memoryBudgetBytes: 1 << 20 })],
    ['device-missing', 'a missing device', () => open({ device: 'cuda' })],
    ['adapter-mismatch', 'a model instead of an adapter', () => trainer.importAdapter(bundledModelPath())],
  ])('fails with %s on %s', async (code, _, work) => {
    expect(await failure(work)).toBe(code);
  });

  test('fails with adapter-mismatch and checkpoint-mismatch on another rank', async () => {
    const other = await open({ rank: 8 });
    expect(await failure(() => other.importAdapter(join(folder, 'adapter.gguf')))).toBe('adapter-mismatch');
    expect(await failure(() => other.loadState(join(folder, 'state')))).toBe('checkpoint-mismatch');
    other.dispose();
  });

  test('fails with diverged and names the quantity that is not finite', async () => {
    const wild = await open({});
    const diverge = async (): Promise<void> => {
      for (let i = 0; i < 5; i++) await wild.step([ordinary], 1e30);
    };
    await expect(diverge()).rejects.toMatchObject({
      code: 'diverged',
      quantity: expect.stringMatching(/^(loss|gradient)$/),
      value: expect.toSatisfy((value: number) => !Number.isFinite(value)),
    });
    wild.dispose();
  });

  test('fails with cancelled when cancelled and with closed once disposed', async () => {
    const cancelled = await open({});
    const step = cancelled.step(
      Array.from({ length: 200 }, () => ordinary),
      1e-3,
    );
    cancelled.cancel();
    expect(await failure(() => step)).toBe('cancelled');
    cancelled.dispose();
    expect(await failure(() => cancelled.step([ordinary], 1e-3))).toBe('closed');
    expect(await failure(() => cancelled.tokenize(['x']))).toBe('closed');
  });
});

describe('the engine process in role complete', () => {
  let engine: CompletionProcess;
  beforeAll(async () => {
    engine = await bundledEngine();
    mkdirSync(join(folder, 'folder.gguf'));
  });
  afterAll(() => engine.dispose());
  const load = (modelPath: string) => engine.load({ modelPath, contextTokens: 256, device: 'cpu' });
  const adapter = (path: string) => ({ id: path, path, scale: 1 });
  const long = fillIn('x = 1\n'.repeat(2000), '\n');

  test.each<[ErrorCode, string, () => unknown]>([
    ['too-long', 'a prompt that is too long', () => engine.complete(request('', '', { prompt: long }))],
    ['invalid-argument', 'an empty prompt', () => engine.complete(request('', '', { prompt: [] }))],
    [
      'invalid-argument',
      'a token outside the vocabulary',
      () => engine.score([{ tokens: [1, 999_999], lossFrom: 1, lossTo: 2 }], null),
    ],
    ['file-unreadable', 'a folder as model', () => load(join(folder, 'folder.gguf'))],
    ['file-unreadable', 'a lost adapter', () => engine.complete(request('a', 'b', { adapter: adapter('/none.gguf') }))],
    ['wrong-kind', 'a text file', () => load(file('text2.gguf', Buffer.from('hello, text')))],
    [
      'wrong-kind',
      'a model instead of an adapter',
      () => engine.complete(request('a', 'b', { adapter: adapter(bundledModelPath()) })),
    ],
    ['model-unsupported', 'an architecture', () => load(file('foreign.gguf', emptyGguf('palimpsest')))],
    ['model-unsupported', 'a model without a tokenizer', () => load(file('wordless.gguf', withoutTokenizer()))],
    ['load-failed', 'a model without tensors', () => load(file('empty.gguf', emptyGguf('llama')))],
    [
      'write-failed',
      'a merged model in a missing folder',
      () =>
        engine.merge({
          basePath: bundledModelPath(),
          adapterPath: join(folder, 'adapter.gguf'),
          scale: 1,
          targetPath: join(folder, 'none', 'merged.gguf'),
          promptMark: '',
        }),
    ],
    [
      'device-missing',
      'a missing device',
      () => engine.load({ modelPath: bundledModelPath(), contextTokens: 256, device: 'cuda' }),
    ],
  ])('fails with %s on %s and goes on serving what was loaded', async (code, _, work) => {
    expect(await failure(work)).toBe(code);
    expect((await engine.complete(request('def f(x):\n', '\n'))).generatedTokens).toBeGreaterThan(0);
  });

  test.runIf(process.platform === 'linux')('fails with out-of-memory on a context too large for it', async () => {
    const narrow = await bundledEngine();
    const taken = Number(/^VmSize:\s+(\d+) kB/m.exec(readFileSync(`/proc/${narrow.pid}/status`, 'utf8'))?.[1]) * 1024;
    const limited = spawnSync('prlimit', [`--pid=${narrow.pid}`, `--as=${taken + 2 ** 30}`]);
    expect(limited.status).toBe(0);
    const wide = { modelPath: bundledModelPath(), contextTokens: 2 ** 20, device: 'cpu' } as const;
    expect(await failure(() => narrow.load(wide))).toBe('out-of-memory');
    expect((await narrow.complete(request('def f(x):\n', '\n'))).generatedTokens).toBeGreaterThan(0);
    await narrow.dispose();
  });

  test('fails with not-loaded before a load, process-died when killed and closed once disposed', async () => {
    const other = new CompletionProcess();
    expect(await failure(() => other.tokenize(['x']))).toBe('not-loaded');
    await other.load({ modelPath: bundledModelPath(), contextTokens: 256, device: 'cpu' });
    // Stopped before the call: an answer already sent would be heard, however late.
    process.kill(other.pid!, 'SIGSTOP');
    const dying = failure(() => other.complete(request('table = [\n', '', { maxTokens: 200 })));
    await turn();
    process.kill(other.pid!, 'SIGKILL');
    expect(await dying).toBe('process-died');
    await other.dispose();
    expect(await failure(() => other.tokenize(['x']))).toBe('closed');
  });
});

test('the engine process in role tune fails with file-unreadable on a missing model and busy while running', async () => {
  const engine = new TuneProcess();
  const job = {
    runId: 'codes',
    runDir: folder,
    trainer: { ...trainerConfig(), modelPath: join(folder, 'none.gguf') },
    schedule: {
      steps: 1,
      warmupSteps: 0,
      learningRate: 1e-3,
      finalShare: 0.1,
      tokensPerStep: 64,
      promptWeight: 0,
      promptEvery: 1,
      evaluateEvery: 1,
      patience: 1,
      maxSeconds: 60,
    },
    adaptToSpeed: false,
    initialAdapter: null,
    adapterScale: null,
    sequencesFile: 'sequences.bin',
    adapterFile: 'tuned.gguf',
    checkpointFile: 'checkpoint.json',
    checkpointEverySeconds: 3600,
  };
  const [first, second] = await Promise.all([engine.run(job, () => undefined), engine.run(job, () => undefined)]);
  expect(first).toMatchObject({ kind: 'failed', code: 'file-unreadable' });
  expect(second).toMatchObject({ kind: 'failed', code: 'busy' });
  await engine.dispose();
});
