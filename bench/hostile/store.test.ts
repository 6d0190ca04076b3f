import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { takeLock } from '../../server/storage/lock.ts';
import { packageRoot } from '../../server/storage/paths.ts';
import { plantedLock, STORE_FILES, STORE_LOCKS } from './store.ts';

test('what is planted in a store has names that the product reads', () => {
  const paths = execFileSync('git', ['ls-files', '--', 'server/*.ts'], { cwd: packageRoot, encoding: 'utf8' });
  const sources = paths.split('\n').filter((path) => path !== '' && !/(?:\.test\.ts|testing\w*\.ts)$/.test(path));
  const text = sources.map((path) => readFileSync(join(packageRoot, path), 'utf8')).join('\n');
  expect([...STORE_FILES, ...STORE_LOCKS].filter((name) => !text.includes(`'${name}'`))).toEqual([]);
});

test('a planted lock is taken for one that is held', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'repotune-planted-'));
  try {
    writeFileSync(join(folder, 'tune.lock'), plantedLock());
    expect(await takeLock(join(folder, 'tune.lock'), 'a test')).toMatchObject({ kind: 'busy' });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
