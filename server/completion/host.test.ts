import { describe, expect, test } from 'vitest';
import type { CompletionEngine, ModelInfo } from '../engine/types.ts';
import type { EngineStatus } from '../protocol/index.ts';
import { EngineHost, type HostConfig } from './host.ts';

const small: HostConfig = { modelPath: '/models/small.gguf', device: 'cpu' };
const large: HostConfig = { modelPath: '/models/large.gguf', device: 'cpu' };

/** Engines whose load ends on demand, or when they are disposed. */
function scene() {
  const statuses: EngineStatus['kind'][] = [];
  const loads: { readonly modelPath: string; readonly end: PromiseWithResolvers<ModelInfo>; disposed: boolean }[] = [];
  /** What the engines have loaded now, if that is not what they loaded first. */
  const now: { model?: ModelInfo } = {};
  const clock = { nowMs: 0 };
  /** At every path; `whole`: whether it can be loaded. */
  const file: { stamp: string | null; whole: boolean; replaced: number } = { stamp: 'first', whole: true, replaced: 0 };
  /** Reports a status of the newest engine. */
  let say = (_: EngineStatus): void => {};
  const host = new EngineHost({
    createEngine: (onStatus) => {
      say = onStatus;
      let mine: (typeof loads)[number] | undefined;
      return {
        get model() {
          return now.model;
        },
        load: ({ modelPath }: { modelPath: string }) => {
          mine = { modelPath, end: Promise.withResolvers<ModelInfo>(), disposed: false };
          loads.push(mine);
          return mine.end.promise;
        },
        dispose: async () => {
          if (mine === undefined) return;
          mine.disposed = true;
          mine.end.reject(new Error('The engine was closed.'));
        },
      } as unknown as CompletionEngine;
    },
    contextTokens: async () => {
      if (!file.whole) throw new Error('truncated');
      return 512;
    },
    stampOf: async () => file.stamp,
    onReplaced: () => {
      file.replaced += 1;
    },
    onStatus: ({ kind }) => statuses.push(kind),
    nowMs: () => clock.nowMs,
  });
  const begun = async (count: number): Promise<void> => {
    while (loads.length < count) await new Promise((resolve) => setImmediate(resolve));
  };
  /** Lets a first load fail, then moves the clock by `pastMs`. */
  const failed = async (pastMs: number): Promise<void> => {
    const failing = host.loaded(small);
    await begun(1);
    loads[0]?.end.reject(new Error('broken'));
    await expect(failing).rejects.toThrow('broken');
    clock.nowMs += pastMs;
  };
  return { host, loads, now, statuses, clock, file, begun, failed, say: (status: EngineStatus) => say(status) };
}
const model = {} as ModelInfo;

describe('the engine host', () => {
  test('does not count an abandoned load as a failure of the model chosen next', async () => {
    const { host, loads, statuses, clock, begun } = scene();
    const givenUp = host.loaded(large);
    await begun(1);
    const served = host.loaded(small);
    await expect(givenUp).rejects.toThrow('closed');
    await begun(2);
    loads[1]?.end.resolve(model);
    const { engine } = await served;
    clock.nowMs += 60_000;
    expect((await host.loaded(small)).engine).toBe(engine);
    expect(loads).toHaveLength(2);
    expect(loads[1]?.disposed).toBe(false);
    expect(statuses.at(-1)).toBe('ready');
  });

  test('loads a model anew that was replaced at its path, once it is whole, and says so', async () => {
    const { host, loads, clock, file, begun } = scene();
    const first = host.loaded(small);
    await begun(1);
    loads[0]?.end.resolve(model);
    const { engine } = await first;
    for (const change of [{ stamp: null }, { stamp: 'second', whole: false }]) {
      Object.assign(file, change);
      clock.nowMs += 5000;
      expect((await host.loaded(small)).engine).toBe(engine);
    }
    file.whole = true;
    // Not looked at with every key.
    expect((await host.loaded(small)).engine).toBe(engine);
    clock.nowMs += 5000;
    const anew = host.loaded(small);
    await begun(2);
    loads[1]?.end.resolve(model);
    expect((await anew).engine).not.toBe(engine);
    expect([loads[0]?.disposed, file.replaced]).toEqual([true, 1]);
    clock.nowMs += 5000;
    await host.loaded(small);
    expect(loads).toHaveLength(2);
  });

  test('knows that the model is on the CPU since its device failed', async () => {
    const { host, loads, now, begun, say } = scene();
    const first = host.loaded(small);
    await begun(1);
    loads[0]?.end.resolve({ ...model, device: 'CUDA0', sizeBytes: 7 });
    const { engine } = await first;
    say({ kind: 'restarting', message: 'Completions continue on the CPU.' });
    now.model = { ...model, device: 'CPU', sizeBytes: 7 };
    say({ kind: 'ready', message: '' });
    const serving = await host.loaded(small);
    expect([serving.engine, serving.model]).toEqual([engine, now.model]);
    expect(host.occupied).toEqual({ device: 'CPU', bytes: 7 });
    expect(loads).toHaveLength(1);
  });

  test('retries a failed load after a delay instead of on every request', async () => {
    const { host, loads, clock, begun, failed } = scene();
    await failed(29_000);
    await expect(host.loaded(small)).rejects.toThrow('broken');
    expect(loads).toHaveLength(1);
    clock.nowMs += 2_000;
    const again = host.loaded(small);
    await begun(2);
    loads[1]?.end.resolve(model);
    await again;
    // A model that failed once and has loaded since is left alone.
    clock.nowMs += 60_000;
    await host.loaded(small);
    expect(loads).toHaveLength(2);
  });

  test.each<[string, EngineStatus, number]>([
    ['memory may come back', { kind: 'failed', message: 'There is no memory.', mayPass: true }, 2],
    ['crashed too often', { kind: 'failed', message: 'It will not be restarted.' }, 1],
  ])('replaces a failed process after a delay only if the failure may pass: %s', async (_, status, expected) => {
    const { host, loads, clock, begun, say } = scene();
    const first = host.loaded(small);
    await begun(1);
    loads[0]?.end.resolve(model);
    await first;
    say(status);
    clock.nowMs += 29_000;
    await host.loaded(small);
    expect(loads).toHaveLength(1);
    clock.nowMs += 2_000;
    const later = host.loaded(small);
    await begun(expected);
    loads[expected - 1]?.end.resolve(model);
    await later;
    expect(loads).toHaveLength(expected);
  });

  test('keeps a model lent to measurements with completions off, and unloads it after the last', async () => {
    const { host, loads, begun } = scene();
    const measured = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const measuring = measured.map(({ promise }) =>
      host.lend(
        async () => {
          await host.loaded(small);
          await promise;
        },
        () => false,
      ),
    );
    await begun(1);
    loads[0]?.end.resolve(model);
    await host.loaded(small);
    await host.unloadIfIdle();
    expect(loads[0]?.disposed).toBe(false);
    measured[0]?.resolve();
    await measuring[0];
    expect(loads[0]?.disposed).toBe(false);
    measured[1]?.resolve();
    await measuring[1];
    expect(loads[0]?.disposed).toBe(true);
  });

  test('gives each caller its own model or an error when the model changes twice at once', async () => {
    const { host, loads, begun } = scene();
    const first = host.loaded(small);
    await begun(1);
    loads[0]?.end.resolve(model);
    await first;
    const other = host.loaded(large);
    const back = host.loaded(small);
    back.catch(() => {});
    await begun(3);
    expect(loads.map(({ modelPath, disposed }) => [modelPath, disposed])).toEqual([
      [small.modelPath, true],
      [small.modelPath, true],
      [large.modelPath, false],
    ]);
    loads[2]?.end.resolve(model);
    await other;
    await expect(back).rejects.toThrow('closed');
  });

  test('loads a model chosen after a retried load instead of the model before', async () => {
    const { host, loads, begun, failed } = scene();
    await failed(31_000);
    const again = host.loaded(small);
    await begun(2);
    loads[1]?.end.resolve(model);
    await again;
    const other = host.loaded(large);
    await begun(3);
    expect(loads[2]?.modelPath).toBe(large.modelPath);
    loads[2]?.end.resolve(model);
    await other;
  });
});
