import { fork, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import {
  copyFile,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
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
  it('grants a lock once, names the holder to the next, and grants it again after release', async () => {
    const first = await takeLock(path, 'first');
    const second = await takeLock(path, 'second');
    expect(second).toMatchObject({ kind: 'busy', holder: { pid: process.pid, purpose: 'first' } });
    if (first.kind === 'taken') await first.release();
    expect((await takeLock(path, 'third')).kind).toBe('taken');
  });

  it('a folder in its place is named, and stays as it is', async () => {
    await mkdir(path);
    await writeFile(join(path, 'thesis'), '');
    // One after the other: a rejection that nobody awaits yet would fail the run.
    for (const lock of [() => takeLock(path, 'me'), () => withLock(path, 'me', async () => {})])
      await expect(lock()).rejects.toThrow(`${path} is a folder, but a file is needed there. Move it elsewhere.`);
    expect(await readFile(join(path, 'thesis'), 'utf8')).toBe('');
  });

  it('grants a lock whose holder was killed', async () => {
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

  it('grants a lock whose dead holder’s pid was reused', async () => {
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
  ])('grants a lock with a damaged file: %j, written %d ms from now', async (text, ms) => {
    await writeFile(path, text);
    const then = new Date(Date.now() + ms);
    await utimes(path, then, then);
    expect((await takeLock(path, 'me')).kind).toBe('taken');
  });

  it('refuses a held lock through a symlink to its folder and after its folder was moved', async () => {
    const before = join(dir, 'before');
    await mkdir(before);
    const holder = await takeLock(join(before, 'x.lock'), 'original');
    await symlink(before, join(dir, 'link'), 'junction');
    expect((await takeLock(join(dir, 'link', 'x.lock'), 'me')).kind).toBe('busy');
    await rename(before, join(dir, 'after'));
    expect((await takeLock(join(dir, 'after', 'x.lock'), 'me')).kind).toBe('busy');
    if (holder.kind === 'taken') await holder.release();
  });

  it('grants a lock whose holder’s pid is dead', async () => {
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

describe.concurrent('takeLock with time to wait', () => {
  it('waits for a holder that has created the file and not written it yet', async () => {
    using place = new Place();
    const { path } = place;
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

  it('grants a silent copy of a lock whose holder lives', async () => {
    using place = new Place();
    const { dir, path } = place;
    const holder = await takeLock(path, 'original');
    const copy = join(dir, 'copy.lock');
    await copyFile(path, copy);
    const then = new Date(Date.now() - 70_000);
    await utimes(copy, then, then);
    expect((await takeLock(copy, 'me')).kind).toBe('taken');
    expect((await takeLock(path, 'me')).kind).toBe('busy');
    if (holder.kind === 'taken') await holder.release();
  });

  it('does not bring back with a heartbeat a lock that was removed', async () => {
    using place = new Place();
    const { path } = place;
    const first = await takeLock(path, 'first');
    await rm(path);
    const second = await takeLock(path, 'second');
    await new Promise((resolve) => setTimeout(resolve, 2500));
    if (first.kind === 'taken') await first.release();
    expect(JSON.parse(await readFile(path, 'utf8'))).toMatchObject({ purpose: 'second' });
    if (second.kind === 'taken') await second.release();
    await expect(stat(path)).rejects.toThrow(/ENOENT/);
  });
});

describe.concurrent('a holder elsewhere', () => {
  const elsewhere = (changes: object): string =>
    JSON.stringify({ pid: process.pid, startedAt: '1', purpose: 'far', sinceMs: 0, ...here, ...changes });

  it.each([
    ['another namespace', { namespace: 'pid:[1]' }],
    ['another boot', { boot: 'another' }],
    ['another host without a boot id', { host: 'another', boot: '' }],
  ])('in %s keeps its lock while its heartbeat is fresh, and loses it once silent', async (_, changes) => {
    using place = new Place();
    await writeFile(place.path, elsewhere(changes));
    expect(await takeLock(place.path, 'me')).toMatchObject({ kind: 'busy', holder: { purpose: 'far' } });
    await place.silentFor(50_000);
    expect((await takeLock(place.path, 'me')).kind).toBe('busy');
    await place.silentFor(70_000);
    expect((await takeLock(place.path, 'me')).kind).toBe('taken');
  });

  it('or one whose start time is unknown keeps its lock until it is silent', async () => {
    using place = new Place();
    await writeFile(place.path, elsewhere({ startedAt: '' }));
    expect((await takeLock(place.path, 'me')).kind).toBe('busy');
    await place.silentFor(70_000);
    expect((await takeLock(place.path, 'me')).kind).toBe('taken');
  });

  it('that slept with its machine keeps its lock when it writes again during the attempt', async () => {
    using place = new Place();
    await writeFile(place.path, elsewhere({ namespace: 'pid:[1]' }));
    await place.silentFor(3_600_000);
    const taking = takeLock(place.path, 'me');
    setTimeout(() => void writeFile(place.path, elsewhere({ namespace: 'pid:[1]' })), 1000);
    expect((await taking).kind).toBe('busy');
  });

  it('whose clock is ahead keeps its lock while its heartbeat changes', async () => {
    using place = new Place();
    await writeFile(place.path, elsewhere({ namespace: 'pid:[1]' }));
    await place.silentFor(-3_600_000);
    const taking = takeLock(place.path, 'me');
    setTimeout(() => void place.silentFor(-3_602_000), 1000);
    expect((await taking).kind).toBe('busy');
  });

  it('of another boot, whose lock is dated a day ahead and never changes, loses it', async () => {
    using place = new Place();
    await writeFile(place.path, elsewhere({ boot: 'another' }));
    await place.silentFor(-24 * 3_600_000);
    expect((await takeLock(place.path, 'me')).kind).toBe('taken');
  });

  it.runIf(spawnSync('unshare', ['-rpf', '--mount-proc', 'true']).status === 0)(
    'in a container keeps the host from its lock until it is silent',
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

  it('goes on after a process that was killed while it removed such a lock', async () => {
    await writeFile(path, JSON.stringify({ pid: 2 ** 22 + 1, startedAt: '1', purpose: 'killed', sinceMs: 0 }));
    const turn = `${path}.stale.lock`;
    await writeFile(turn, '');
    await utimes(turn, 0, 0);
    await withLock(path, 'me', async () => {});
    expect(await readdir(dir)).toEqual([]);
  });
});

it.skipIf(process.platform === 'win32')(
  'startTimeOf is the same each time for a process, and another for another process',
  async () => {
    const own = await startTimeOf(process.pid);
    expect(own).toMatch(/\d/);
    expect(await startTimeOf(process.pid)).toBe(own);
    expect(await startTimeOf(process.ppid)).not.toBe(own);
  },
);

describe.skipIf(process.platform === 'win32')('startTimeOf where only ps knows', () => {
  const { platform } = process;
  beforeEach(() => void Object.defineProperty(process, 'platform', { value: 'darwin' }));
  afterEach(() => {
    Object.defineProperty(process, 'platform', { value: platform });
    vi.unstubAllEnvs();
  });

  it('is the same in every time zone', async () => {
    vi.stubEnv('TZ', 'Asia/Tokyo');
    const there = await startTimeOf(process.pid);
    vi.stubEnv('TZ', 'UTC');
    expect(there).not.toBe('');
    expect(await startTimeOf(process.pid)).toBe(there);
  });

  it('asks it in one language, whichever is set', async () => {
    await writeFile(join(dir, 'ps'), '#!/bin/sh\necho "$LC_ALL $TZ"\n', { mode: 0o755 });
    vi.stubEnv('PATH', `${dir}${delimiter}${process.env['PATH']}`);
    for (const language of ['de_DE.UTF-8', 'ja_JP.UTF-8']) {
      for (const name of ['LANG', 'LC_TIME', 'LC_ALL']) vi.stubEnv(name, language);
      expect(await startTimeOf(process.pid)).toBe('C UTC0');
    }
  });
});
