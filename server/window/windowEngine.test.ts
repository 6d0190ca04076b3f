import { expect, it } from 'vitest';
import type { CompletionEngine, ModelInfo } from '../engine/types.ts';
import type { EngineStatus } from '../protocol/index.ts';
import { Complaints } from './complaints.ts';
import { WindowEngine } from './windowEngine.ts';
import { WindowSettings } from './windowSettings.ts';

const silent = { notice: () => {}, warn: () => {}, error: () => {}, log: () => {} };

it.each<[string, readonly EngineStatus['kind'][], number]>([
  ['starts', [], 0],
  ['dies and comes back', ['restarting', 'ready'], 0],
  ['fails and comes back', ['failed', 'starting', 'ready'], 1],
  ['fails, is unloaded and comes back', ['failed', 'off', 'starting', 'ready'], 1],
  ['fails and does not come back', ['failed', 'failed'], 0],
  ['fails once and dies later', ['failed', 'ready', 'restarting', 'ready'], 1],
])('the return of a base is reported only after a failure: it %s', async (_, said, back) => {
  let say = (_: EngineStatus): void => {};
  let count = 0;
  const engine = new WindowEngine({
    client: silent,
    complaints: new Complaints(silent),
    settings: new WindowSettings({ settingsIn: async () => null }),
    modelPath: () => '/m.gguf',
    createEngine: (onStatus) => {
      say = onStatus;
      return { load: async () => ({}) as ModelInfo } as unknown as CompletionEngine;
    },
    contextTokens: async () => 512,
    onStatus: () => {},
    onBack: () => count++,
  });
  await engine.loaded();
  for (const kind of said) say({ kind, message: kind });
  expect(count).toBe(back);
});
