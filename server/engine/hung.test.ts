import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterAll, expect, test, vi } from 'vitest';
import type { EngineStatus } from '../protocol/index.ts';
import type { CompletionProcess } from './process.ts';
import { bundledEngine, ENDLESS, request, scratchFolder } from './testing.ts';

vi.setConfig({ testTimeout: 120_000 });

const folder = scratchFolder();
process.env['XDG_CACHE_HOME'] = join(folder, 'caches');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const ask = request('def f(x):\n', '\n');

/** An engine that is waited for patiently until its process is made to hang. */
async function hangingEngine() {
  const statuses: EngineStatus[] = [];
  let patient = true;
  const onStatus = (status: EngineStatus): void => {
    statuses.push(status);
    patient = true;
  };
  const engine = await bundledEngine({ onStatus, patienceMs: () => (patient ? Number.POSITIVE_INFINITY : 0) });
  const hang = (): void => {
    process.kill(engine.pid!, 'SIGSTOP');
    patient = false;
  };
  return { engine, statuses, hang };
}

test.each([
  [
    'completes',
    (engine: CompletionProcess, hang: () => void) =>
      engine.complete(request(ENDLESS, '', { maxTokens: 900 }), undefined, hang),
  ],
  [
    'completes by a deadline',
    (engine: CompletionProcess, hang: () => void) =>
      engine.complete(request(ENDLESS, '', { maxTokens: 900, deadlineMs: 60_000 }), undefined, hang),
  ],
  [
    'scores',
    (engine: CompletionProcess, hang: () => void) => {
      const scoring = engine.score(
        [{ tokens: Array.from({ length: 900 }, () => 100), lossFrom: 1, lossTo: 900 }],
        null,
      );
      hang();
      return scoring;
    },
  ],
  [
    'reads the words of a text',
    (engine: CompletionProcess, hang: () => void) => {
      hang();
      return engine.tokenize(['a']);
    },
  ],
])(
  'a process that hangs while it %s is ended: the call fails, one that waited behind it is served by another',
  async (_, call) => {
    const { engine, statuses, hang } = await hangingEngine();
    try {
      const { text } = await engine.complete(ask);
      // The queue is free again.
      await nextTurn();
      const before = engine.pid!;
      const running = expect(call(engine, hang)).rejects.toThrow(
        /^The process that runs the model did not answer for a minute and was ended\.$/,
      );
      const waiting = engine.complete(ask);
      await running;
      // What a hung tokenizer ran beside fails too.
      expect(await waiting.catch(() => null)).toSatisfy((result) => result === null || result.text === text);
      expect((await engine.complete(ask)).text).toBe(text);
      expect(engine.pid).not.toBe(before);
      await expect.poll(() => statuses.map(({ kind }) => kind)).toEqual(['restarting', 'ready']);
      expect(statuses[0]?.message).toMatch(/did not answer for a minute and was ended\. It is being restarted\.$/);
    } finally {
      await engine.dispose();
    }
  },
);

test('a process that is only slow is asked to stop, and the call goes on to the same end', async () => {
  const long = request(ENDLESS, '', { maxTokens: 900 });
  let impatient = false;
  const onceImpatient = (): number => {
    if (!impatient) return Number.POSITIVE_INFINITY;
    impatient = false;
    return 0;
  };
  const engine = await bundledEngine({ patienceMs: onceImpatient });
  try {
    const { text } = await engine.complete(long);
    impatient = true;
    const after = await engine.complete(long);
    expect(after).toMatchObject({ text, stopReason: 'max-tokens' });
  } finally {
    await engine.dispose();
  }
});
