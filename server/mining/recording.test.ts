import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { storeLocation } from '../git/storeLocation.ts';
import { forgetFile } from './learning.ts';
import { recordable } from './recording.ts';
import { moduleText, ScratchRepository } from './testing.ts';

const text = moduleText('module', 16);
const lines = text.split('\n');
const change = { line: 80, before: [lines[80]!], after: ['  const rate = 2;', '  const more = rate;'] };
/** Long after git made the scratch repository's work tree. */
const atMs = Date.now() + 3_600_000;
/** Nobody's secret: made for this test. */
const secret = `const token = "ghp_${'a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8'}";`;

let scratch: ScratchRepository;
beforeAll(async () => {
  scratch = new ScratchRepository();
  scratch
    .write('.gitignore', 'ignored.ts\n')
    .write('.repotuneignore', 'left/\n')
    .write('src/a.ts', text)
    .write('src/forgotten.ts', text)
    .commit();
  await forgetFile(await storeLocation(scratch.root), 'src/forgotten.ts');
});
afterAll(() => scratch[Symbol.dispose]());

const asked = (more: Partial<Parameters<typeof recordable>[0]> = {}) =>
  recordable({ folder: scratch.root, path: 'src/a.ts', atMs, lines, change, ...more });

it.each([
  ['the repository', '', 'src/a.ts'],
  ['a subfolder', 'src', 'a.ts'],
])('a change is recorded with the lines around it, in %s', async (_, folder, path) => {
  expect(await asked({ folder: join(scratch.root, folder), path })).toEqual({
    kind: 'fit',
    path: 'src/a.ts',
    edit: { atMs, path: 'src/a.ts', from: 20, lines: lines.slice(20, 141), change },
  });
});

it.each([
  ['src/new.ts', null],
  ['src/forgotten.ts', 'forgotten, as you asked'],
  ['src/Forgotten.ts', 'forgotten, as you asked'],
  ['left/a.ts', /\.repotuneignore/],
  ['ignored.ts', 'ignored by git'],
  ['.env', 'secret file'],
  ['notes.xyz', 'unsupported language'],
  ['dist/a.ts', 'vendored or built'],
  ['a.min.js', 'minified'],
  ['.git/config.ts', /./],
])('an edit of %s is recorded, or left out because of its file: %s', async (path, reason) => {
  const answer = await asked({ path });
  if (reason === null) expect(answer).toMatchObject({ kind: 'fit', path });
  else expect(answer).toEqual({ kind: 'left-out', path, reason: expect.stringMatching(reason), secret: false });
});

it.each<[string, string[], Partial<typeof change>, string | null]>([
  ['a paste', lines, { after: Array.from({ length: 41 }, () => 'x') }, 'longer than what is typed'],
  ['a secret', lines, { after: [secret] }, 'near a secret'],
  ['a removed secret', lines.with(80, secret), { before: [secret] }, 'near a secret'],
  ['a line near a secret', lines.with(86, secret), {}, 'near a secret'],
  ['a line with a secret in its context', lines.with(25, secret), {}, 'near a secret'],
  ['a line far from any secret', [...lines, ...lines, ...lines, secret], {}, null],
  ['one side of a conflict', lines.with(2, '<<<<<<< ours'), {}, 'merge conflict'],
  ['generated text', lines.with(0, '// @generated'), {}, 'generated'],
])('an edit is recorded, or left out because of its content: %s', async (_, before, more, reason) => {
  const answer = await asked({ lines: before, change: { ...change, ...more } });
  expect(answer.kind === 'left-out' ? answer.reason : null).toBe(reason);
  expect(answer.kind === 'left-out' && answer.secret).toBe(reason === 'near a secret');
});

it('a white-space edit fits, but is not learned', async () => {
  const answer = await asked({ change: { line: 80, before: [lines[80]!], after: [`  ${lines[80]}`, ''] } });
  expect(answer).toEqual({ kind: 'fit', path: 'src/a.ts', edit: null });
});

it('a change made by git is left out', async () => {
  scratch.git('checkout', '-q', '-b', 'other');
  expect(await asked({ atMs: Date.now() })).toMatchObject({ kind: 'left-out', reason: 'made by git' });
  expect(await asked({ atMs: Date.now() + 20_000 })).toMatchObject({ kind: 'fit' });
});

it('an edit is recorded in a folder without git', async () => {
  using plain = new ScratchRepository({ git: false });
  plain.write('a.ts', text);
  expect(await asked({ folder: plain.root, path: 'a.ts' })).toMatchObject({ kind: 'fit', path: 'a.ts' });
});
