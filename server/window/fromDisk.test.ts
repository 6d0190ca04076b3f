import { statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ScratchRepository } from '../mining/testing.ts';
import { isFromDisk, thrownAwaySince } from './fromDisk.ts';

const BEFORE = 'one\ntwo\n';
const AFTER = 'one\n2\n';

it.each<[string, (repository: ScratchRepository) => unknown]>([
  ['pops a stash', (repository) => repository.git('stash', 'pop', '--quiet')],
  ['applies a stash', (repository) => repository.git('stash', 'apply', '--quiet')],
  ['checks out another version', (repository) => repository.git('checkout', '--quiet', 'stash@{0}', '--', 'a.ts')],
  ['restores a file', (repository) => repository.git('restore', '--source', 'stash@{0}', 'a.ts')],
])('text that git writes is from disk when it %s', async (_, write) => {
  using repository = new ScratchRepository();
  for (const [name, value] of [
    ['user.name', 'Ada'],
    ['user.email', 'ada@example.com'],
  ] as const)
    repository.git('config', name, value);
  repository.write('a.ts', BEFORE).commit().write('a.ts', AFTER).git('stash', '--quiet');
  write(repository);
  const path = join(repository.root, 'a.ts');
  expect(await isFromDisk(path, AFTER, writtenMs(path) + 500)).toBe(true);
});

it.each<[string, string, number, boolean]>([
  ['is read', AFTER, 300, true],
  ['is read with other line breaks', AFTER.replaceAll('\n', '\r\n'), 300, true],
  ['is read when the user comes back', AFTER, 50_000, true],
  ['is typed, then saved', AFTER, -300, false],
  ['is formatted, then saved', AFTER, 10, false],
  ['is typed and not saved', `${AFTER}3`, 300, false],
  ['is taken back to what was saved long ago', AFTER, 600_000, false],
])('text that %s is from disk or not', async (_, text, afterMs, fromDisk) => {
  using repository = new ScratchRepository();
  const path = join(repository.write('a.ts', `\uFEFF${AFTER}`).root, 'a.ts');
  expect(await isFromDisk(path, text, writtenMs(path) + afterMs)).toBe(fromDisk);
});

it('a missing file is not from disk', async () => {
  expect(await isFromDisk('/no/such/file', '', Date.now())).toBe(false);
});

function writtenMs(path: string): number {
  const { mtimeMs, ctimeMs } = statSync(path);
  return Math.max(mtimeMs, ctimeMs);
}

it('text that is closed without being saved is thrown away since its file was written', async () => {
  using repository = new ScratchRepository();
  const path = join(repository.write('a.ts', `\uFEFF${AFTER}`).root, 'a.ts');
  expect(await thrownAwaySince(path, AFTER.replaceAll('\n', '\r\n'))).toBe(null);
  expect(await thrownAwaySince(path, BEFORE)).toBe(writtenMs(path));
  // It may have been renamed.
  expect(await thrownAwaySince('/no/such/file', AFTER)).toBe(null);
});
