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
    'a log that is none',
    (scratch) => writeFileSync(join(scratch.root, '.git', 'logs', 'HEAD'), '\u0000 5 +\n\tx'),
    false,
  ],
])('by %s', async (_, make, moves) => {
  using scratch = new ScratchRepository();
  scratch.git('config', 'user.name', 'Ada');
  scratch.git('config', 'user.email', 'ada@example.com');
  scratch.write('a', '1').commit().write('a', '2').commit();
  const beganMs = 1000 * Math.floor(Date.now() / 1000);
  make(scratch);
  expect((await lastMoveMs(scratch.root)) >= beganMs).toBe(moves);
});

it('a folder without git has none', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'repotune-plain-'));
  expect(await lastMoveMs(folder)).toBe(0);
  rmSync(folder, { recursive: true });
});
