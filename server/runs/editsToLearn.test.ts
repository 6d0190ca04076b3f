import { expect, it } from 'vitest';
import type { StoredAdapter } from '../adapters/store.ts';
import type { LoadedEngine, ModelInfo } from '../engine/types.ts';
import { mineOnce } from '../mining/mine.ts';
import { moduleText, ScratchRepository } from '../mining/testing.ts';
import { editsToLearn, learnsEdits } from './editsToLearn.ts';

/** Modules, each with its names changed in a commit of its own. */
function grown(): ScratchRepository {
  const scratch = new ScratchRepository();
  const names = Array.from('abcdefghijklmn', (letter) => `part${letter}`);
  for (const [i, name] of names.entries()) scratch.write(`m${i}.ts`, moduleText(name));
  scratch.commit('first');
  for (const [i, name] of names.entries())
    scratch.write(`m${i}.ts`, moduleText(name).replaceAll(`${name}3Rate`, `${name}Factor`)).commit(`name ${i}`);
  return scratch;
}

function serving(special: ModelInfo['special']): LoadedEngine {
  const tokenize = async (texts: readonly string[]) =>
    texts.map((text) => text.split(/(?<=\n)|\b/).map((word) => word.length));
  return { engine: { tokenize } as LoadedEngine['engine'], model: { name: 'm', path: 'm.gguf', special } as ModelInfo };
}

const { signal } = new AbortController();

it('edits make up a quarter of the tokens, and come from files that are not held out', async () => {
  using scratch = grown();
  const sets = await mineOnce({ folder: scratch.root, cachePath: null }, async () => null);
  const knows = serving({ fileSep: 1, eot: 2 });
  const all = await editsToLearn(scratch.root, sets, { tokens: 1e9 }, knows, signal);
  expect(all.length).toBeGreaterThan(10);
  expect(all.every(({ split, answerOnly }) => split === 'train' && answerOnly === true)).toBe(true);
  const few = await editsToLearn(scratch.root, sets, { tokens: 3000 }, knows, signal);
  const tokens = few.reduce((sum, one) => sum + one.tokens.length, 0);
  expect(tokens).toBeGreaterThanOrEqual(1000);
  expect(tokens - few.at(-1)!.tokens.length).toBeLessThan(1000);
});

it('a base without the special tokens of next edits learns no edits', async () => {
  using scratch = grown();
  const sets = await mineOnce({ folder: scratch.root, cachePath: null }, async () => null);
  expect(await editsToLearn(scratch.root, sets, { tokens: 1e9 }, serving({ eot: 2 }), signal)).toEqual([]);
});

it.each([
  ['when asked to', { edits: true }, undefined, true],
  ['not unless asked to', {}, 20, false],
  ['when keeping up a version that has learned them', { keepUp: true }, 20, true],
  ['not when keeping up another version', { keepUp: true }, undefined, false],
])('a run learns edits: %s', (_, options, trainEdits, expected) => {
  const parent = { manifest: { dataset: { trainEdits } } } as unknown as StoredAdapter;
  expect(learnsEdits(options, parent)).toBe(expected);
});
