import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { storeLocation } from '../git/storeLocation.ts';
import { mineRepository } from './index.ts';
import { documentEntry } from './indexing.ts';
import { forgetFile, forgottenRule, learnFileAgain, pauseLearning, readLearning } from './learning.ts';
import { moduleText, ScratchRepository } from './testing.ts';

let store: string;
beforeEach(() => {
  store = mkdtempSync(join(tmpdir(), 'repotune-learning-'));
});
afterEach(() => rmSync(store, { recursive: true, force: true }));

it('as usual, nothing is forgotten or paused', async () => {
  expect(await readLearning(store)).toMatchObject({ paused: false, forgotten: [] });
});

it('pausing and forgetting leave each other alone, and two who do so at once lose nothing', async () => {
  await Promise.all([
    pauseLearning(store, true),
    ...['b.ts', 'a.ts', 'B.ts', 'c.ts'].map((path) => forgetFile(store, path)),
  ]);
  await learnFileAgain(store, 'C.ts');
  const { paused, forgotten } = await readLearning(store);
  expect(paused).toBe(true);
  expect(forgotten.map((path) => path.toLowerCase()).sort()).toEqual(['a.ts', 'b.ts']);
  expect(await pauseLearning(store, false)).toMatchObject({ paused: false, forgotten });
});

it.each([
  ['case', 'src/Own.ts', 'src/own.ts'],
  ['an é of one character and of two', 'src/re\u0301sume\u0301.ts', 'src/r\u00e9sum\u00e9.ts'],
])('what a disk takes for one name is forgotten under both: %s', async (_, one, other) => {
  for (const [forgotten, path] of [
    [one, other],
    [other, one],
  ] as const) {
    expect(forgottenRule([forgotten])(path)).toBeDefined();
    await forgetFile(store, forgotten);
    expect(await learnFileAgain(store, path)).toMatchObject({ forgotten: [] });
  }
});

it.each(['{', '{"format":1}', '{"format":1,"paused":false,"forgotten":[""]}'])(
  'nothing is mined where the list of forgotten files is damaged: %s',
  async (text) => {
    using scratch = new ScratchRepository();
    for (const name of 'abcdef') scratch.write(`${name}.ts`, moduleText(name));
    scratch.commit('first');
    const dir = await storeLocation(scratch.root);
    mkdirSync(dir, { recursive: true });
    writeFileSync(join(dir, 'learning.json'), text);
    await expect(mineRepository({ folder: scratch.root, cachePath: null })).rejects.toThrow(/cannot be read/);
    await expect(forgetFile(dir, 'a.ts')).rejects.toThrow(/cannot be read/);
  },
);

it('a forgotten file is left out with its reason, and what is typed in it is seen by no other file', async () => {
  using scratch = new ScratchRepository();
  for (const name of 'abcdef') scratch.write(`src/${name}.ts`, moduleText(name));
  scratch.commit('first');
  await forgetFile(await storeLocation(scratch.root), 'src/a.ts');
  const { files } = await mineRepository({ folder: scratch.root, cachePath: null });
  expect(files.filter(({ verdict }) => verdict === 'left-out')).toMatchObject([
    { path: 'src/a.ts', reason: 'forgotten, as you asked' },
  ]);
  expect(await documentEntry(join(scratch.root, 'src'), 'a.ts', moduleText('typed'))).toBeNull();
  expect(await documentEntry(join(scratch.root, 'src'), 'b.ts', moduleText('typed'))).not.toBeNull();
});
