import { expect, it } from 'vitest';
import { mineOnce } from '../index.ts';
import { repositoryOf } from '../repository.ts';
import { heldOutFraction, heldOutPosition } from '../split.ts';
import { moduleText, ScratchRepository } from '../testing.ts';
import { EditSets } from './sets.ts';

it('edits of a copy of a held-out file are not learned', async () => {
  using scratch = new ScratchRepository();
  const letters = 'abcdefghijklmnopqrstuvwxyz';
  for (const [i, letter] of [...letters].entries()) scratch.write(`a${i}.ts`, moduleText(`part${letter}`));
  scratch.commit('first');
  const { firstCommit } = (await repositoryOf(scratch.root))!;
  const held = [...letters].findIndex((_, i) => heldOutPosition(firstCommit, `a${i}.ts`) < heldOutFraction);
  const paths = Array.from({ length: 100 }, (_, i) => `z${i}.ts`);
  const copy = paths.find((path) => heldOutPosition(firstCommit, path) >= 2 * heldOutFraction)!;
  const text = moduleText(`part${letters[held]}`);
  scratch.write(copy, text).commit('Copy');
  scratch.write(copy, text.replaceAll(`part${letters[held]}0Rate`, 'discountRate')).commit('Say what the rate is');
  const sets = await mineOnce({ folder: scratch.root, history: true, cachePath: null }, async () => null);
  const learned = await new EditSets(scratch.root, sets).learned(1000);
  expect(learned.filter(({ path }) => path === copy)).toEqual([]);
});
