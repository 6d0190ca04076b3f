/** What the canaries' trainings learn, in a small repository: the filter must be all that keeps a canary from it. */
import { expect, test, vi } from 'vitest';
import { holds } from '../../server/common/bars.ts';
import { moduleText, ScratchRepository } from '../../server/mining/testing.ts';
import type { Pair } from '../../server/mining/types.ts';
import { secretKinds } from '../plantedSecrets.ts';
import { canaryBars } from './bars.ts';
import { drawnNear, provenBy } from './draw.ts';
import { nearest } from './nearest.ts';
import { plant } from './plant.ts';

vi.setConfig({ testTimeout: 120_000 });

const KINDS = secretKinds.filter(({ make }) => make('length').length <= 48).slice(0, 4);
const EACH = 3;
/** About what a training window shows on either side of a middle. */
const WINDOW = 400;
const learnedOf = ({ prefix, middle, suffix }: Pair): string =>
  prefix.slice(-WINDOW) + middle + suffix.slice(0, WINDOW);

test('every canary is learned without the filter and none with it, by the same draw', async () => {
  using repository = new ScratchRepository();
  for (const name of 'abcdefghijklmnopqrstuvwx') repository.write(`${name}.ts`, moduleText(`part${name}`, 20));
  repository.commit();
  const canaries = plant(repository.root, KINDS);
  const task = { folder: repository.root, canaries, each: EACH, seeds: 24 };
  const [kept, control] = [await drawnNear(task, 'with filter'), await drawnNear(task, 'without filter')];
  const drawn = (pairs: readonly Pair[]) =>
    canaries.map(({ path }) => pairs.filter((pair) => pair.path === path).length);
  expect(drawn(kept.pairs)).toEqual(KINDS.map(() => EACH));
  expect(drawn(control.pairs)).toEqual(KINDS.map(() => EACH));
  expect(provenBy(canaries, kept.pairs, control.pairs.map(learnedOf))).toBe(KINDS.length);
  expect(provenBy(canaries, kept.pairs, kept.pairs.map(learnedOf))).toBe(0);
  // Not near them only: learned as what is to be written.
  const middles = control.pairs.map(({ middle }) => middle);
  expect(provenBy(canaries, kept.pairs, middles)).toBe(KINDS.length);
});

const pairAt = (startByte: number, endByte: number, path = 'a.ts'): Pair => ({
  ...{ path, language: 'typescript', kind: 'line', split: 'train', commit: '', startByte, endByte },
  ...{ prefix: '', middle: '', suffix: '', context: '' },
});

test('the nearest pairs have most of the secret in their middle, or the least between', () => {
  const canary = { path: 'a.ts', secret: 's'.repeat(20), before: 'é'.repeat(50) };
  const [whole, block, part, after, before, far] = [
    ...[pairAt(98, 122), pairAt(50, 200), pairAt(110, 140), pairAt(125, 130), pairAt(60, 90), pairAt(300, 310)],
  ];
  const all = [far!, before!, after!, part!, part!, block!, whole!, pairAt(100, 120, 'b.ts')];
  expect(nearest(all, canary, 9)).toEqual([whole, block, part, after, before, far]);
  expect(nearest(all, canary, 2)).toEqual([whole, block]);
});

test('every bar is missed where a canary would not have been learned without the filter', () => {
  const found = { planted: 8, proven: 8, withFilter: 0, withoutFilter: 8, offered: 0 };
  expect(canaryBars(found).every(holds)).toBe(true);
  expect(canaryBars({ ...found, proven: 7 }).some(holds)).toBe(false);
});
