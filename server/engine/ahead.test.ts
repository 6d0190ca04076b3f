import { expect, it } from 'vitest';
import { forkEngine, startAhead, takeAhead } from './ahead.ts';
import { EngineChild } from './child.ts';

const silent = { onMessage: () => undefined, onDeath: () => undefined };

it('the first engine is the process that was started ahead, the next one its own', async () => {
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

it('a process that died before it was wanted is not used, and none is given away to a tune', async () => {
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
