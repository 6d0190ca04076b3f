import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { identityOf } from './identity.ts';
import { git } from './testing.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'repotune-identity-'));
  git(folder, 'init', '--quiet');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** As git-config(1) has it under "boolean". */
it.each([
  ['gpgSign = true', true],
  ['gpgSign = True', true],
  ['gpgSign = yes', true],
  ['gpgSign = on', true],
  ['gpgSign = 1', true],
  ['gpgSign', true],
  ['gpgSign = false', false],
  ['gpgSign = no', false],
  ['gpgSign = off', false],
  ['gpgSign = 0', false],
  ['gpgSign =', false],
  ['gpgSign = yes\n\tgpgSign = no', false],
])('signs as git does: %s', async (line, signs) => {
  appendFileSync(join(folder, '.git', 'config'), `[commit]\n\t${line}\n`);
  expect((await identityOf(folder)).sign).toBe(signs);
});
