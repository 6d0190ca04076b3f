import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ScratchRepository } from '../mining/testing.ts';
import { lastMoveMs } from './lastMove.ts';

it.each<[string, (scratch: ScratchRepository) => void, boolean]>([
  ['a commit', () => {}, false],
  ['a checkout', (scratch) => scratch.git('checkout', '-q', '-b', 'other'), true],
  ['a checkout before a commit', (scratch) => scratch.git('checkout', '-q', '--detach') && scratch.commit(), true],
  ['a reset', (scratch) => scratch.git('reset', '-q', '--hard', 'HEAD~1'), true],
  ['a stash', (scratch) => scratch.write('a', '3').git('stash', '-q'), true],
  [
    'a reflog without entries',
    (scratch) => writeFileSync(join(scratch.root, '.git', 'logs', 'HEAD'), '\u0000 5 +\n\tx'),
    false,
  ],
])('tells whether files were replaced by %s', async (_, make, moves) => {
  using scratch = new ScratchRepository();
  scratch.git('config', 'user.name', 'Ada');
  scratch.git('config', 'user.email', 'ada@example.com');
  scratch.write('a', '1').commit().write('a', '2').commit();
  const beganMs = 1000 * Math.floor(Date.now() / 1000);
  make(scratch);
  expect((await lastMoveMs(scratch.root)) >= beganMs).toBe(moves);
});

it('of two moves the last one counts, though a clock was ahead at the one before', async () => {
  using scratch = new ScratchRepository();
  scratch.write('a', '1').commit();
  const commit = scratch.git('rev-parse', 'HEAD').trim();
  const entry = (seconds: number): string =>
    `${commit} ${commit} Ada <ada@example.com> ${seconds} +0000\tcheckout: moving from one to other\n`;
  writeFileSync(join(scratch.root, '.git', 'logs', 'HEAD'), `${entry(4_000_000_000)}${entry(1_700_000_000)}`);
  expect(await lastMoveMs(scratch.root)).toBe(1_700_000_000_000);
});

it('a folder without git has no move', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'repotune-plain-'));
  expect(await lastMoveMs(folder)).toBe(0);
  rmSync(folder, { recursive: true });
});

it.runIf(spawnSync('git', ['init', '-h'], { encoding: 'utf8' }).stdout.includes('--ref-format'))(
  'in a reftable repository finds the move of a checkout, and none for a new branch',
  async () => {
    using scratch = new ScratchRepository({ git: false });
    scratch.git('init', '-q', '--ref-format=reftable');
    scratch.write('a', '1').commit().write('a', '2').commit();
    const before = await lastMoveMs(scratch.root);
    scratch.git('branch', 'other', 'HEAD~1');
    expect(await lastMoveMs(scratch.root)).toBe(before);
    scratch.git('checkout', '-q', 'other');
    expect(await lastMoveMs(scratch.root)).toBeGreaterThan(before);
    const linked = join(scratch.root, 'linked');
    scratch.git('worktree', 'add', '-q', '--detach', linked);
    expect(await lastMoveMs(linked)).toBeGreaterThan(before);
  },
);
