import { copyFileSync, mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test, vi } from 'vitest';
import type { EngineStatus } from '../protocol/index.ts';
import { bundledModelPath } from '../storage/paths.ts';
import { CompletionProcess } from './process.ts';
import { bundledEngine, ENDLESS, emptyGguf, request, scratchFolder } from './testing.ts';

vi.setConfig({ testTimeout: 240_000 });

/** Times assume a spare core: the retry forgives other work in the same second. */
const TIMED = { retry: 2 };

const folder = scratchFolder();
process.env['XDG_CACHE_HOME'] = join(folder, 'caches');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const ask = request('def f(x):\n', '\n');

test('a closed engine starts no process and rejects calls while its process ends', async () => {
  const unused = new CompletionProcess();
  await unused.dispose();
  await expect(unused.load({ modelPath: bundledModelPath(), contextTokens: 512 })).rejects.toThrow('was closed');
  expect(unused.pid).toBeUndefined();
  const engine = await bundledEngine();
  const closed = engine.dispose();
  await expect(engine.tokenize(['a'])).rejects.toThrow('was closed');
  await closed;
});

test('a resting engine has no process and rejects calls until it is woken, then answers as before', async () => {
  const engine = await bundledEngine();
  try {
    const { text } = await engine.complete(ask);
    const before = engine.pid!;
    const wake = await engine.rest();
    expect(() => process.kill(before, 0)).toThrow('ESRCH');
    expect(engine.pid).toBeUndefined();
    await expect(engine.complete(ask)).rejects.toThrow('unloaded while an adapter is trained');
    await expect(engine.tokenize(['a'])).rejects.toThrow('unloaded while an adapter is trained');
    await wake();
    expect((await engine.complete(ask)).text).toBe(text);
  } finally {
    await engine.dispose();
  }
});

describe('a process that dies', () => {
  test(
    'is restarted with what was loaded; the running call fails with the reason, a later one is served',
    TIMED,
    async () => {
      const statuses: EngineStatus[] = [];
      const engine = await bundledEngine({ onStatus: (status) => statuses.push(status) });
      try {
        const { text } = await engine.complete(ask);
        const before = engine.pid!;
        const inFlight = engine.complete(request(ENDLESS, '', { maxTokens: 900 }), undefined, () =>
          process.kill(before, 'SIGKILL'),
        );
        await expect(inFlight).rejects.toThrow(/was killed \(SIGKILL/);
        const started = performance.now();
        expect((await engine.complete(ask)).text).toBe(text);
        expect(performance.now() - started).toBeLessThan(3000);
        expect(engine.pid).not.toBe(before);
        expect(statuses.map(({ kind }) => kind)).toEqual(['restarting', 'ready']);
        expect(statuses[0]?.message).toContain('SIGKILL');
      } finally {
        await engine.dispose();
      }
    },
  );

  test('reports a failure that may pass when its model file is gone by then', async () => {
    const statuses: EngineStatus[] = [];
    const engine = new CompletionProcess({ onStatus: (status) => statuses.push(status) });
    const modelPath = join(folder, 'away.gguf');
    copyFileSync(bundledModelPath(), modelPath);
    try {
      await engine.load({ modelPath, contextTokens: 256, device: 'cpu' });
      rmSync(modelPath);
      process.kill(engine.pid!, 'SIGKILL');
      await expect.poll(() => statuses.at(-1), { timeout: 20_000 }).toMatchObject({ kind: 'failed', mayPass: true });
      expect(statuses.at(-1)?.message).toContain('is missing');
    } finally {
      await engine.dispose();
    }
  });

  test('says nothing more when it is closed while it is being restarted', async () => {
    const statuses: EngineStatus[] = [];
    const check = Promise.withResolvers<void>();
    let checks = 0;
    const engine = await bundledEngine({
      onStatus: (status) => statuses.push(status),
      check: () => (++checks === 1 ? Promise.resolve() : check.promise),
    });
    process.kill(engine.pid!, 'SIGKILL');
    await expect.poll(() => checks, { timeout: 20_000 }).toBe(2);
    await engine.dispose();
    check.resolve();
    await new Promise((resolve) => setTimeout(resolve));
    expect(statuses.map(({ kind }) => kind)).toEqual(['restarting']);
  });

  test('is given up after three deaths in a minute, with one message, until a model is loaded', async () => {
    const statuses: EngineStatus[] = [];
    let nowMs = 0;
    const engine = await bundledEngine({ onStatus: (status) => statuses.push(status), nowMs: () => nowMs });
    try {
      for (let death = 0; death < 3; death++) {
        await engine.complete(ask);
        nowMs += 10_000;
        process.kill(engine.pid!, 'SIGABRT');
        await expect
          .poll(() => statuses.filter(({ kind }) => kind === 'restarting' || kind === 'failed').length, {
            timeout: 20_000,
          })
          .toBe(death + 1);
      }
      await expect(engine.complete(ask)).rejects.toThrow(/three times within a minute/);
      expect(statuses.filter(({ kind }) => kind === 'failed')).toHaveLength(1);
      await engine.load({ modelPath: bundledModelPath(), contextTokens: 512, device: 'cpu' });
      expect((await engine.complete(ask)).generatedTokens).toBeGreaterThan(0);
    } finally {
      await engine.dispose();
    }
  });
});

test('a process that is killed too often, as for lack of memory, is tried again after a while', async () => {
  const statuses: EngineStatus[] = [];
  const engine = await bundledEngine({
    onStatus: (status) => statuses.push(status),
    nowMs: () => 0,
    memoryBackMs: 1000,
  });
  const kinds = (): string[] => statuses.map(({ kind }) => kind);
  try {
    for (const expected of [
      ['restarting', 'ready'],
      ['restarting', 'ready'],
      ['failed', 'ready'],
    ]) {
      statuses.length = 0;
      process.kill(engine.pid!, 'SIGKILL');
      await expect.poll(kinds, { timeout: 60_000 }).toEqual(expected);
    }
    expect(statuses[0]?.message).toMatch(/three times within a minute and is tried again .*close other programs/);
    expect((await engine.complete(ask)).generatedTokens).toBeGreaterThan(0);
  } finally {
    await engine.dispose();
  }
});

test('a process that is killed while it loads says what helps', async () => {
  const engine = new CompletionProcess();
  try {
    const loading = engine.load({ modelPath: bundledModelPath(), contextTokens: 256, device: 'cpu' });
    await expect.poll(() => engine.pid, { interval: 1 }).toBeDefined();
    process.kill(engine.pid!, 'SIGKILL');
    await expect(loading).rejects.toThrow(/was killed .*close other programs, or choose a smaller model/);
  } finally {
    await engine.dispose();
  }
});

describe('a model that cannot be loaded is rejected with a message that says why', () => {
  const engine = new CompletionProcess();
  afterAll(() => engine.dispose());
  const model = readFileSync(bundledModelPath());
  const file = (name: string, bytes: Uint8Array): string => {
    const path = join(folder, name);
    writeFileSync(path, bytes);
    return path;
  };
  const truncated = file('truncated.gguf', model);
  truncateSync(truncated, Math.floor(model.length * 0.6));
  mkdirSync(join(folder, 'folder.gguf'));
  test.each([
    ['missing', join(folder, 'none.gguf'), /is missing: choose another/],
    ['a folder', join(folder, 'folder.gguf'), /is missing: choose another/],
    ['not GGUF', file('text.gguf', Buffer.from('hello, this is text')), /is not a GGUF file: choose/],
    ['truncated in its header', file('header.gguf', model.subarray(0, 3000)), /damaged or incomplete/],
    ['truncated in its weights', truncated, /damaged or incomplete/],
    [
      'of an unknown architecture',
      file('foreign.gguf', emptyGguf('palimpsest')),
      /architecture "palimpsest".*not supported.*llama or qwen2/,
    ],
  ])('%s: the process survives and goes on serving the model loaded before', async (_, modelPath, message) => {
    await expect(engine.load({ modelPath, contextTokens: 256 })).rejects.toThrow(message);
    if (engine.model === null) await engine.load({ modelPath: bundledModelPath(), contextTokens: 256, device: 'cpu' });
    const { pid } = engine;
    await expect(engine.load({ modelPath, contextTokens: 256 })).rejects.toThrow(message);
    expect((await engine.complete(ask)).generatedTokens).toBeGreaterThan(0);
    expect(engine.pid).toBe(pid);
  });
});
