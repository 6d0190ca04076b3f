import { expect, test } from 'vitest';
import { Restarts } from '../common/restarts.ts';
import { type Urgency, WorkQueue } from './queue.ts';

function harness() {
  const queue = new WorkQueue();
  const started: string[] = [];
  const finish = new Map<string, () => void>();
  const add = (name: string, urgency: Urgency) => {
    const work = {
      urgency,
      giveWay: () => started.push(`${name} gives way`),
      drop: (error: Error) => started.push(`${name}: ${error.message}`),
      start: () => {
        started.push(name);
        return new Promise<void>((resolve) => finish.set(name, resolve));
      },
    };
    queue.add(work);
    return work;
  };
  const end = async (name: string) => {
    finish.get(name)?.();
    await new Promise(setImmediate);
  };
  return { queue, started, add, end };
}

test('the queue runs one call at a time, completions before background work, each kind in order', async () => {
  const { queue, started, add, end } = harness();
  add('score 1', 'background');
  queue.setOpen(true);
  add('score 2', 'background');
  add('complete 1', 'completion');
  add('complete 2', 'completion');
  for (const name of ['score 1', 'complete 1', 'complete 2']) await end(name);
  expect(started).toEqual(['score 1', 'score 1 gives way', 'score 1 gives way', 'complete 1', 'complete 2', 'score 2']);
});

test('a running call is told to give way to more urgent work only', async () => {
  const { queue, started, add, end } = harness();
  queue.setOpen(true);
  add('edit 1', 'edit');
  add('edit 2', 'edit');
  add('read', 'background');
  add('complete', 'completion');
  for (const name of ['edit 1', 'complete', 'edit 2']) await end(name);
  expect(started).toEqual(['edit 1', 'edit 1 gives way', 'complete', 'edit 2', 'read']);
});

test('nothing starts while the queue is closed, and waiting calls can be removed or dropped', async () => {
  const { queue, started, add, end } = harness();
  const first = add('first', 'completion');
  add('second', 'completion');
  expect(queue.remove(first)).toBe(true);
  expect(started).toEqual([]);
  queue.setOpen(true);
  add('third', 'completion');
  queue.dropAll(new Error('closed'));
  await end('second');
  expect(started).toEqual(['second', 'third: closed']);
});

test('restarts come at once, then delayed, then not at all, and old deaths are forgotten', () => {
  let nowMs = 0;
  const restarts = new Restarts(() => nowMs);
  const next = (at: number) => {
    nowMs = at;
    return restarts.next();
  };
  expect(next(0)).toEqual({ kind: 'after', ms: 0 });
  expect(next(30_000)).toEqual({ kind: 'after', ms: 1000 });
  expect(next(61_000)).toEqual({ kind: 'after', ms: 1000 });
  expect(next(62_000)).toEqual({ kind: 'give-up' });
  restarts.reset();
  expect(next(62_001)).toEqual({ kind: 'after', ms: 0 });
});
