import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { clearTemporaryFiles } from './leftovers.ts';
import { here, placeTag } from './place.ts';
import { clearScratch } from './scratch.ts';
import { temporaryName } from './writeAside.ts';

let dir: string;
const processes: ChildProcess[] = [];
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'repotune-leftovers-'));
});
afterEach(async () => {
  for (const child of processes.splice(0)) await killed(child);
  rmSync(dir, { recursive: true, force: true });
});

async function killed(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}

/** The id of a process that has ended. */
const goneId = (): number => spawnSync(process.execPath, ['-e', '']).pid;

function silentFor(path: string, ms: number): void {
  const then = new Date(Date.now() - ms);
  utimesSync(path, then, then);
}

describe('a temporary file', () => {
  const elsewhere = placeTag === '00000000' ? '11111111' : '00000000';
  it.each<[string, () => string, number, boolean]>([
    ['of a process here that is gone is deleted', () => `a.json.${placeTag}-${goneId()}-0.tmp`, 0, false],
    ['that the addon wrote for it is, too', () => `a.gguf.${placeTag}-${goneId()}-0.tmp.part7`, 0, false],
    ['that the addon writes for one that lives stays', () => `${temporaryName('a.gguf')}.part7`, 0, true],
    ['of a process here that lives stays, however old', () => temporaryName('a.json'), 7 * 24 * 3_600_000, true],
    ['of another place stays while it may be written', () => `a.json.${elsewhere}-${goneId()}-0.tmp`, 60_000, true],
    ['of another place is deleted after hours', () => `a.json.${elsewhere}-${process.pid}-0.tmp`, 2 * 3_600_000, false],
    ['with a foreign name stays', () => 'a.json.1.tmp', 7 * 24 * 3_600_000, true],
  ])('%s', async (_, name, age, stays) => {
    const path = join(dir, name());
    writeFileSync(path, 'half');
    silentFor(path, age);
    await clearTemporaryFiles(dir);
    expect(existsSync(path)).toBe(stays);
    expect(readdirSync(dir)).toHaveLength(stays ? 1 : 0);
  });

  it('that is a symlink or a folder stays', async () => {
    const mine = join(dir, 'mine');
    writeFileSync(mine, 'years of work');
    symlinkSync(mine, join(dir, `a.${placeTag}-${goneId()}-0.tmp`));
    mkdirSync(join(dir, `b.${placeTag}-${goneId()}-0.tmp`));
    await clearTemporaryFiles(dir);
    expect(readdirSync(dir)).toHaveLength(3);
  });
});

describe('a scratch folder', () => {
  const scratch = new URL('./scratch.ts', import.meta.url).href;

  /** Starts a process with a scratch folder that contains a copy of a source; `into` starts it in another namespace. */
  async function working(...into: readonly string[]): Promise<{ child: ChildProcess; folder: string }> {
    const script = join(dir, 'work.mjs');
    writeFileSync(
      script,
      `const { withScratch } = await import(${JSON.stringify(scratch)});
       const { writeFileSync } = await import('node:fs');
       await withScratch('cut', async (files) => {
         writeFileSync(files + '/owner.lock', 'a source of that name');
         console.log(files);
         await new Promise((resolve) => process.stdin.once('data', resolve).once('end', resolve));
         process.stdin.destroy();
       });`,
    );
    const [program, ...args] = [...into, process.execPath, script];
    const child = spawn(program!, args, { env: { ...process.env, TMPDIR: dir }, stdio: ['pipe', 'pipe', 'inherit'] });
    processes.push(child);
    const [said] = await once(child.stdout!, 'data');
    return { child, folder: dirname(String(said).trim()) };
  }

  it('is deleted with its process, or at the next start if that was killed, and stays while in use', async () => {
    const [dead, alive] = [await working(), await working()];
    await killed(dead.child);
    await clearScratch(dir);
    expect([existsSync(dead.folder), existsSync(join(alive.folder, 'files', 'owner.lock'))]).toEqual([false, true]);
    alive.child.stdin!.end('done\n');
    await once(alive.child, 'exit');
    expect([alive.child.exitCode, existsSync(alive.folder)]).toEqual([0, false]);
  });

  it.runIf(spawnSync('unshare', ['-rpf', '--mount-proc', 'true']).status === 0)(
    'of a process in a container stays while its heartbeat is fresh, and is deleted once silent',
    async () => {
      const { child, folder } = await working('unshare', '-rpf', '--kill-child', '--mount-proc');
      await clearScratch(dir);
      expect(existsSync(folder)).toBe(true);
      await killed(child);
      silentFor(join(folder, 'owner.lock'), 70_000);
      await clearScratch(dir);
      expect(existsSync(folder)).toBe(false);
    },
  );

  it.each<[string, number, object | null, boolean]>([
    ['that is just being made stays', 0, null, true],
    ['without an owner for a week is deleted', 7 * 24 * 3_600_000, null, false],
    ['of a process that is gone is deleted at once', 0, { ...here, pid: goneId() }, false],
    ['of another boot is deleted once silent', 0, { ...here, pid: 1, boot: 'another' }, false],
  ])('%s', async (_, age, owner, stays) => {
    const folder = join(dir, 'repotune-cut-a1B2c3');
    mkdirSync(folder);
    if (owner !== null) {
      const lock = join(folder, 'owner.lock');
      writeFileSync(lock, JSON.stringify({ startedAt: '', purpose: 'cut', sinceMs: 0, ...owner }));
      silentFor(lock, 70_000);
    }
    silentFor(folder, age);
    await clearScratch(dir);
    expect(existsSync(folder)).toBe(stays);
  });

  it('that is a symlink or has a foreign name stays', async () => {
    const mine = join(dir, 'repotune-thesis');
    mkdirSync(mine);
    writeFileSync(join(mine, 'chapter.txt'), 'years of work');
    writeFileSync(join(mine, 'owner.lock'), '{}');
    silentFor(mine, 7 * 24 * 3_600_000);
    symlinkSync(mine, join(dir, 'repotune-run-a1B2c3'));
    await clearScratch(dir);
    expect(existsSync(join(mine, 'chapter.txt'))).toBe(true);
    expect(lstatSync(join(dir, 'repotune-run-a1B2c3')).isSymbolicLink()).toBe(true);
  });
});
