import { fork, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, readFile, rename, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startTimeOf, takeLock, withLock } from './lock.ts';
import { here } from './place.ts';

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

  it('waits for a holder that has made the file and not written it yet, as on a busy machine', async () => {
    await writeFile(path, '');
    setTimeout(
      () =>
        void writeFile(
          path,
          JSON.stringify({ ...here, pid: process.ppid, startedAt: '', purpose: 'slow', sinceMs: 0 }),
        ),
      800,
    );
    expect(await takeLock(path, 'me')).toMatchObject({ kind: 'busy', holder: { purpose: 'slow' } });
  });

  it('is not held by a copy of a lock whose holder lives, once the copy is silent', async () => {
    const holder = await takeLock(path, 'original');
    const copy = join(dir, 'copy.lock');
    await copyFile(path, copy);
    const then = new Date(Date.now() - 70_000);
    await utimes(copy, then, then);
    expect((await takeLock(copy, 'me')).kind).toBe('taken');
    expect((await takeLock(path, 'me')).kind).toBe('busy');
    if (holder.kind === 'taken') await holder.release();
  });

  it('is held where its folder was moved, and under another name of its folder', async () => {
    const before = join(dir, 'before');
    await mkdir(before);
    const holder = await takeLock(join(before, 'x.lock'), 'original');
    await symlink(before, join(dir, 'link'), 'junction');
    expect((await takeLock(join(dir, 'link', 'x.lock'), 'me')).kind).toBe('busy');
    await rename(before, join(dir, 'after'));
    expect((await takeLock(join(dir, 'after', 'x.lock'), 'me')).kind).toBe('busy');
    if (holder.kind === 'taken') await holder.release();
  });

  it('passes a dead pid over', async () => {
    const { pid } = spawnSync(process.execPath, ['-e', '']);
    await writeFile(path, JSON.stringify({ pid, startedAt: '', purpose: 'gone', sinceMs: 0 }));
    expect((await takeLock(path, 'me')).kind).toBe('taken');
  });
});

/** A folder of its own, for tests that wait in parallel with others. */
class Place {
  readonly dir = mkdtempSync(join(tmpdir(), 'repotune-lock-'));
  readonly path = join(this.dir, 'x.lock');

  async silentFor(ms: number): Promise<void> {
    const then = new Date(Date.now() - ms);
    await utimes(this.path, then, then);
  }

  [Symbol.dispose](): void {
    rmSync(this.dir, { recursive: true, force: true });
  }
}

describe.concurrent('a holder elsewhere', () => {
  const elsewhere = (changes: object): string =>
    JSON.stringify({ pid: process.pid, startedAt: '1', purpose: 'far', sinceMs: 0, ...here, ...changes });

  it.each([
    ['another namespace', { namespace: 'pid:[1]' }],
    ['another boot', { boot: 'another' }],
    ['another host that tells no boot', { host: 'another', boot: '' }],
  ])('in %s holds its lock while it is heard of, and loses it when it is silent', async (_, changes) => {
    using place = new Place();
    await writeFile(place.path, elsewhere(changes));
    expect(await takeLock(place.path, 'me')).toMatchObject({ kind: 'busy', holder: { purpose: 'far' } });
    await place.silentFor(50_000);
    expect((await takeLock(place.path, 'me')).kind).toBe('busy');
    await place.silentFor(70_000);
    expect((await takeLock(place.path, 'me')).kind).toBe('taken');
  });

  it('or one whose start the system does not tell is not another process with its pid', async () => {
    using place = new Place();
    await writeFile(place.path, elsewhere({ startedAt: '' }));
    expect((await takeLock(place.path, 'me')).kind).toBe('busy');
    await place.silentFor(70_000);
    expect((await takeLock(place.path, 'me')).kind).toBe('taken');
  });

  it('that slept with its machine is heard of while it is looked at', async () => {
    using place = new Place();
    await writeFile(place.path, elsewhere({ namespace: 'pid:[1]' }));
    await place.silentFor(3_600_000);
    const taking = takeLock(place.path, 'me');
    setTimeout(() => void writeFile(place.path, elsewhere({ namespace: 'pid:[1]' })), 1000);
    expect((await taking).kind).toBe('busy');
  });

  it('whose clock is ahead is heard of', async () => {
    using place = new Place();
    await writeFile(place.path, elsewhere({ namespace: 'pid:[1]' }));
    await place.silentFor(-3_600_000);
    const taking = takeLock(place.path, 'me');
    setTimeout(() => void place.silentFor(-3_602_000), 1000);
    expect((await taking).kind).toBe('busy');
  });

  it('that wrote its lock before the machine was started anew and its clock set back does not hold it', async () => {
    using place = new Place();
    await writeFile(place.path, elsewhere({ boot: 'another' }));
    await place.silentFor(-24 * 3_600_000);
    expect((await takeLock(place.path, 'me')).kind).toBe('taken');
  });

  it.runIf(spawnSync('unshare', ['-rpf', '--mount-proc', 'true']).status === 0)(
    'a process of a container and one of its host do not both get it',
    async () => {
      using place = new Place();
      const { path } = place;
      const module = new URL('./lock.ts', import.meta.url).href;
      const file = join(place.dir, 'holder.mjs');
      await writeFile(
        file,
        `const m = await import(${JSON.stringify(module)}); const a = await m.takeLock(${JSON.stringify(path)}, 'container'); console.log(a.kind, process.pid); setInterval(() => {}, 1000);`,
      );
      const container = spawn('unshare', ['-rpf', '--kill-child', '--mount-proc', process.execPath, file], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      try {
        const [said] = await once(container.stdout, 'data');
        expect(String(said)).toMatch(/^taken [1-9]\n/);
        expect(await takeLock(path, 'me')).toMatchObject({ kind: 'busy', holder: { purpose: 'container' } });
        const before = (await stat(path)).mtimeMs;
        await vi.waitUntil(async () => (await stat(path)).mtimeMs > before, { timeout: 10_000 });
      } finally {
        container.kill('SIGKILL');
        await once(container, 'exit');
      }
      await place.silentFor(70_000);
      expect((await takeLock(path, 'me')).kind).toBe('taken');
    },
  );
});

it('a heartbeat never brings a lock back that was taken away', async () => {
  const first = await takeLock(path, 'first');
  await rm(path);
  const second = await takeLock(path, 'second');
  await new Promise((resolve) => setTimeout(resolve, 2500));
  if (first.kind === 'taken') await first.release();
  expect(JSON.parse(await readFile(path, 'utf8'))).toMatchObject({ purpose: 'second' });
  if (second.kind === 'taken') await second.release();
  await expect(stat(path)).rejects.toThrow(/ENOENT/);
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

it.skipIf(process.platform === 'win32')('startTimeOf is the same in every zone and language', async () => {
  const { platform } = process;
  Object.defineProperty(process, 'platform', { value: 'darwin' });
  try {
    vi.stubEnv('TZ', 'Asia/Tokyo');
    const there = await startTimeOf(process.pid);
    vi.stubEnv('TZ', 'UTC');
    expect(there).not.toBe('');
    expect(await startTimeOf(process.pid)).toBe(there);
  } finally {
    Object.defineProperty(process, 'platform', { value: platform });
    vi.unstubAllEnvs();
  }
});
