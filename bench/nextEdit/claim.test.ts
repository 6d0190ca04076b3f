/** Answers of a next-edit run are continued only by one whose places, prompts and adapters are the same. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { ModelInfo } from '../../server/engine/types.ts';
import { Trap } from '../../server/git/testing.ts';
import { bundledModelPath, packageRoot } from '../../server/storage/paths.ts';
import { type Conditions, claim, madeOf } from './claim.ts';

vi.setConfig({ testTimeout: 120_000 });

const model = {
  ...{ name: 'coder', path: '/models/coder.gguf', architecture: 'qwen2', promptOrder: null },
  special: { repoName: 1, fileSep: 2 },
} as unknown as ModelInfo;
const options = '--examples 100 --threads 2';
const conditions: Conditions = { model, sha256: 'abc', options };

let work = '';
let own: Trap;
let other: Trap;
beforeEach(() => {
  work = mkdtempSync(join(tmpdir(), 'repotune-work-'));
  [own, other] = [repository('own'), repository('other')];
});
afterEach(() => {
  rmSync(work, { recursive: true });
  for (const one of [own, other]) one[Symbol.dispose]();
});

function repository(name: string): Trap {
  const trap = new Trap();
  trap.must(['init', '--quiet', name]);
  trap.must(['-C', name, 'commit', '--quiet', '--allow-empty', '-m', `the first of ${name}`]);
  return trap;
}
const folderOf = (trap: Trap, name: string): string => join(trap.folder, name);
const asked = () => [{ folder: folderOf(own, 'own'), other: folderOf(other, 'other') }];
const alone = () => asked().map(({ folder }) => ({ folder, other: null }));
const commitIn = (trap: Trap, name: string): string =>
  trap.must(['-C', name, 'commit', '--quiet', '--allow-empty', '-m', 'more']);

test('a run is continued as it was started, and its name tells it from any other', async () => {
  const made = await madeOf(asked(), conditions);
  expect(made.map((one) => one.repository)).toEqual(['own', 'other']);
  expect(claim(work, made)).toBeNull();
  expect(claim(work, await madeOf(asked(), conditions))).toBeNull();
});

test.each<[string, () => unknown, Partial<Conditions>, string]>([
  ['its commit', () => commitIn(own, 'own'), {}, 'commit'],
  ["the other repository's commit", () => commitIn(other, 'other'), {}, 'other repository other at'],
  ['prompts', () => {}, { model: { ...model, promptOrder: 'prefix-first' } }, 'prompts suffix-first'],
  [
    'the layout of edits',
    () => {},
    { model: { ...model, name: 'sweep-next-edit' } },
    'layout of edits blocks, now sweep',
  ],
  ['threads', () => {}, { options: '--examples 100 --threads 1' }, 'options --examples 100 --threads 2, now'],
])('after a change of %s it is another run', async (_, change, changed, words) => {
  const before = await madeOf(asked(), conditions);
  expect(claim(work, before)).toBeNull();
  change();
  const after = await madeOf(asked(), { ...conditions, ...changed });
  expect(JSON.stringify(after)).not.toBe(JSON.stringify(before));
  expect(claim(work, after)).toContain(words);
});

test('another list of repositories gives the arm other another adapter', async () => {
  expect(claim(work, await madeOf(asked(), conditions))).toBeNull();
  using third = repository('third');
  const after = await madeOf([{ ...asked()[0]!, other: folderOf(third, 'third') }], conditions);
  expect(claim(work, after)).toContain('now third at');
  // Without that arm, nothing depends on it.
  expect(claim(work, await madeOf(alone(), conditions))).toBeNull();
});

test('answers of which nothing is known are not continued, unless somebody knows', async () => {
  const made = await madeOf(alone(), conditions);
  mkdirSync(join(work, 'own'));
  expect(claim(work, made)).toBeNull();
  rmSync(join(work, 'own'), { recursive: true });
  mkdirSync(join(work, 'own'));
  writeFileSync(join(work, 'own', 'places.json'), '[]');
  const [, text, file] = / write (\{.*\}) into (.*)\.$/.exec(claim(work, made)!)!;
  writeFileSync(file!, text!);
  expect(claim(work, made)).toBeNull();
});

test('two repositories of the same name would share their answers', async () => {
  using namesake = repository('own');
  await expect(madeOf([{ ...asked()[0]!, other: folderOf(namesake, 'own') }], conditions)).rejects.toThrow('own');
});

test('the bench claims its folder before it measures anything', () => {
  mkdirSync(join(work, 'own'));
  writeFileSync(join(work, 'own', 'places.json'), '[]');
  const { status, stderr } = spawnSync(
    process.execPath,
    [
      ...[join(packageRoot, 'bench', 'run.ts'), 'next-edit', folderOf(own, 'own'), '--model', bundledModelPath()],
      ...['--arms', 'repeat', '--threads', '1', '--work', work],
    ],
    { encoding: 'utf8' },
  );
  expect(stderr).toContain('did not record what it was made with');
  expect(status).toBe(2);
});
