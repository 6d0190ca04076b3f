import { afterEach, expect, it, vi } from 'vitest';
import { forkEngine, startAhead, takeAhead } from './ahead.ts';
import { EngineChild } from './child.ts';

afterEach(() => vi.unstubAllEnvs());

const silent = { onMessage: () => undefined, onDeath: () => undefined };

it('the first engine takes the process started ahead, the second starts its own', async () => {
  startAhead();
  const ahead = takeAhead();
  expect(ahead?.pid).toBeGreaterThan(0);
  expect(takeAhead()).toBeNull();
  ahead?.kill('SIGKILL');

  startAhead();
  const first = new EngineChild('complete', silent);
  const second = new EngineChild('complete', silent);
  expect(first.pid).not.toBe(second.pid);
  expect(takeAhead()).toBeNull();
  await Promise.all([first.end(), second.end()]);
});

it('a process started ahead is not given to a tune, nor used once it has died', async () => {
  startAhead();
  const tune = new EngineChild('tune', silent);
  const ahead = takeAhead();
  expect(ahead).not.toBeNull();
  expect(ahead?.pid).not.toBe(tune.pid);
  await tune.end();
  ahead?.kill('SIGKILL');

  const doomed = forkEngine('complete');
  startAhead(() => doomed);
  doomed.kill('SIGKILL');
  await new Promise((resolve) => doomed.once('exit', resolve));
  expect(takeAhead()).toBeNull();
});

it.each([
  ['complete', 6018],
  ['tune', 6019],
] as const)('the engine in role %s opens an inspector on port %i, only when asked for', async (role, port) => {
  const plain = forkEngine(role);
  expect(plain.spawnargs.filter((argument) => argument.startsWith('--inspect'))).toEqual([]);
  plain.kill('SIGKILL');

  vi.stubEnv('REPOTUNE_INSPECT_ENGINE', '1');
  const debugged = forkEngine(role);
  const heard = await new Promise<string>((resolve) => debugged.stderr!.once('data', (text) => resolve(String(text))));
  debugged.kill('SIGKILL');
  expect(heard).toMatch(new RegExp(`(Debugger listening on|Starting inspector on) .*127\\.0\\.0\\.1:${port}`));
});
