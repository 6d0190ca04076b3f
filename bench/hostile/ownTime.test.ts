import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, expect, it } from 'vitest';
import { OwnTime } from './ownTime.ts';

const children: ChildProcess[] = [];
afterEach(async () => {
  for (const child of children.splice(0)) {
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  }
});

function start(script: string, ...on: readonly string[]): number {
  const [program, ...args] = [...on, process.execPath, '-e', script];
  const child = spawn(program!, args, { detached: true, stdio: 'ignore' });
  children.push(child);
  return child.pid!;
}

/** A group's own and elapsed milliseconds after watching it for a while. */
async function watched(group: number, ms: number): Promise<{ own: number; passed: number }> {
  const time = new OwnTime(group);
  const began = performance.now();
  while (performance.now() - began < ms) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    time.now();
  }
  return { own: time.now(), passed: performance.now() - began };
}

it.runIf(process.platform === 'linux')(
  'counts the elapsed time of a process that waits',
  async () => {
    const time = new OwnTime(start('setInterval(() => {}, 1e6)'));
    // Starting up alone takes less processor time.
    await expect.poll(() => time.now(), { interval: 50, timeout: 60_000 }).toBeGreaterThan(2000);
  },
  90_000,
);

it.runIf(process.platform === 'linux')('counts the CPU time of a process that shares its core', async () => {
  const loops = Array.from({ length: 4 }, () => start('for (;;);', 'taskset', '-c', '0'));
  await new Promise((resolve) => setTimeout(resolve, 700));
  const { own, passed } = await watched(loops[0]!, 2000);
  expect(own).toBeGreaterThan(0);
  expect(own / passed).toBeLessThan(0.6);
});
