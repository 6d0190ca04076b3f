import { fork, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTimeOf, takeLock, withLock } from './lock.ts';

let dir: string;
let path: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'repotune-lock-'));
  path = join(dir, 'x.lock');
});
afterEach(() => rm(dir, { recursive: true, force: true }));

describe('takeLock', () => {
  it('is taken once, names its holder to the second, and is free after release', async () => {
    const first = await takeLock(path, 'first');
    const second = await takeLock(path, 'second');
    expect(second).toMatchObject({ kind: 'busy', holder: { pid: process.pid, purpose: 'first' } });
    if (first.kind === 'taken') await first.release();
    expect((await takeLock(path, 'third')).kind).toBe('taken');
  });

  it('outlives no holder: after kill -9 the next one takes it', async () => {
    const module = new URL('./lock.ts', import.meta.url).href;
    const script = `import(${JSON.stringify(module)}).then(async (m) => { const a = await m.takeLock(${JSON.stringify(path)}, 'child'); process.send(a.kind); setInterval(() => {}, 1000); })`;
    const file = join(dir, 'holder.mjs');
    await writeFile(file, script);
    const child = fork(file, { stdio: 'ignore' });
    expect((await once(child, 'message'))[0]).toBe('taken');
    expect(await takeLock(path, 'me')).toMatchObject({ kind: 'busy', holder: { pid: child.pid } });
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect((await takeLock(path, 'me')).kind).toBe('taken');
  });

  it('is not held by another process that got the pid of a dead holder', async () => {
    const holder = { pid: process.pid, startedAt: 'another time', purpose: 'old', sinceMs: 0 };
    await writeFile(path, JSON.stringify(holder));
    expect((await takeLock(path, 'me')).kind).toBe('taken');
  });

  it.each([
    ['', -60_000],
    ['{', -60_000],
    ['{"pid":-1}', -60_000],
    ['', 3_600_000],
    ['{"huge'.padEnd(100_000), -60_000],
  ])('is not held by a damaged file: %j, written %d ms from now', async (text, ms) => {
    await writeFile(path, text);
    const then = new Date(Date.now() + ms);
    await utimes(path, then, then);
    expect((await takeLock(path, 'me')).kind).toBe('taken');
  });

  it('passes a dead pid over', async () => {
    const { pid } = spawnSync(process.execPath, ['-e', '']);
    await writeFile(path, JSON.stringify({ pid, startedAt: '', purpose: 'gone', sinceMs: 0 }));
    expect((await takeLock(path, 'me')).kind).toBe('taken');
  });
});

describe('withLock', () => {
  it('never runs two at once', async () => {
    const file = join(dir, 'count');
    await writeFile(file, '0');
    await Promise.all(
      Array.from({ length: 8 }, () =>
        withLock(path, 'count', async () => {
          const before = Number(await readFile(file, 'utf8'));
          await new Promise((resolve) => setTimeout(resolve, 5));
          await writeFile(file, String(before + 1));
        }),
      ),
    );
    expect(await readFile(file, 'utf8')).toBe('8');
  });
});

it('startTimeOf tells a process from others', async () => {
  expect(await startTimeOf(process.pid)).toBe(await startTimeOf(process.pid));
});
