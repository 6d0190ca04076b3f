import { fork } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Answer, shareOut } from './crew.ts';

const folder = mkdtempSync(join(tmpdir(), 'repotune-crew-'));
const script = join(folder, 'member.mjs');
interface Did {
  readonly task: number;
  readonly by: number;
}

const SOURCE = `
import { serve } from ${JSON.stringify(new URL('crew.ts', import.meta.url).href)};
await serve(async (task) => {
  if (task === 2) process.exit(7);
  if (task === 4) process.kill(process.pid, 'SIGKILL');
  return { task, by: process.pid };
});
`;
beforeAll(() => writeFileSync(script, SOURCE));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('every task is answered once, and a process that dies loses only the one it was at', {
  timeout: 120_000,
}, async () => {
  const answers = new Map<number, Answer<Did>>();
  let started = 0;
  const start = () => {
    started++;
    return fork(script);
  };
  await shareOut<Did>(7, 2, start, (task, answer) => {
    expect(answers.has(task)).toBe(false);
    answers.set(task, answer);
  });
  const told = [...answers.values()].flatMap((answer) => ('told' in answer ? [answer.told] : []));
  expect(told.map(({ task }) => task).sort()).toEqual([0, 1, 3, 5, 6]);
  expect(answers.get(2)).toEqual({ died: 'its process ended with 7' });
  expect(answers.get(4)).toEqual({ died: 'its process ended with SIGKILL' });
  // Each death is followed by at most one start.
  expect(started).toBeLessThanOrEqual(4);
  expect(new Set(told.map(({ by }) => by)).size).toBeLessThanOrEqual(started);
});
