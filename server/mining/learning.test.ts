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

it('by default, nothing is forgotten or paused', async () => {
  expect(await readLearning(store)).toMatchObject({ paused: false, forgotten: [] });
});

it('pausing and forgetting at the same time lose nothing and do not affect each other', async () => {
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
  ['another case', 'src/Own.ts', 'src/own.ts'],
  ['a composed and a decomposed é', 'src/re\u0301sume\u0301.ts', 'src/r\u00e9sum\u00e9.ts'],
])('names that a disk takes for one are forgotten together: %s', async (_, one, other) => {
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
  'mining fails when the list of forgotten files is damaged: %s',
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

it('no more is forgotten than can be read again', async () => {
  const forgotten = Array.from({ length: 1022 }, (_, i) => `${'d'.repeat(4080)}${i}`);
  writeFileSync(join(store, 'learning.json'), JSON.stringify({ format: 1, paused: false, forgotten }));
  for (const name of ['a', 'b', 'c']) await forgetFile(store, name.repeat(4000)).catch(() => {});
  await expect(forgetFile(store, 'e'.repeat(4000))).rejects.toThrow(/^\d+ files are forgotten already/);
  expect((await readLearning(store)).forgotten.length).toBeGreaterThanOrEqual(1022);
});

it('a forgotten file is left out with its reason, and its open document is not indexed', async () => {
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
