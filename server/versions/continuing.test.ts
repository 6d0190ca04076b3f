import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { checkAdapterFile } from '../adapters/adapterFile.ts';
import { AdapterStore } from '../adapters/store.ts';
import { adapterGguf, manifestFor } from '../adapters/testing.ts';
import { TuneError } from '../tuning/errors.ts';
import { atFullScale, parentOf, requireMeasurable, shapeOf } from './continuing.ts';
import { REFIT_SPLIT, SPLIT_RULE } from './describeVersion.ts';

/** The base of the versions described by {@link manifestFor}. */
const base = '0'.repeat(64);
const otherBase = '1'.repeat(64);

let dir: string;
let store: AdapterStore;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'repotune-continuing-'));
  store = new AdapterStore(join(dir, 'repotune'));
  const adapterFile = join(dir, 'new.gguf');
  const targets = [{ name: 'blk.0.attn_q.weight', in: 16, out: 32 }];
  await writeFile(adapterFile, adapterGguf({ targets, rank: 16, alpha: 16 }));
  await store.add({ manifest: await manifestFor('a-1', adapterFile), adapterFile, report: {} });
});
afterEach(() => rm(dir, { recursive: true, force: true }));

it.each(['a-1', 'active'])('continues from "%s" when it is of the same base', async (wanted) => {
  await store.activate('a-1', 'test');
  expect((await parentOf(store, wanted, base))?.id).toBe('a-1');
});

it.each(['a-1', 'active'])('refuses "%s" of another base, and names that base', async (wanted) => {
  await store.activate('a-1', 'test');
  const refusal = await parentOf(store, wanted, otherBase).catch((error: unknown) => error);
  expect(refusal).toBeInstanceOf(TuneError);
  expect((refusal as TuneError).message).toBe(
    'Adapter a-1 belongs to the base base. Choose that base with "Repotune: Choose Base Model…" (on the command line: --model). To start from scratch, run "Repotune: Tune on This Repository" (on the command line: tune without --continue and --keep-up).',
  );
});

it.each([
  ['tuned here', { split: SPLIT_RULE, firstCommit: 'first' }, null],
  ['trained on everything', { split: REFIT_SPLIT, firstCommit: 'first' }, /held-out ones.*To start from scratch/],
  [
    'tuned in a shallow clone',
    { split: SPLIT_RULE, firstCommit: 'later' },
    /holds out different files.*To start from scratch/,
  ],
])('a parent is refused unless its successor can be measured: %s', async (_, dataset, refusal) => {
  const { manifest, ...version } = await store.find('a-1');
  const parent = { ...version, manifest: { ...manifest, dataset: { ...manifest.dataset, ...dataset } } };
  const check = (): void => requireMeasurable(parent, { firstCommit: 'first' });
  if (refusal === null) expect(check).not.toThrow();
  else expect(check).toThrow(refusal);
});

it('says how to start from scratch where no adapter is active', async () => {
  await expect(parentOf(store, 'active', base)).rejects.toThrow(/No adapter is active.*To start from scratch/);
  expect(await parentOf(store, undefined, base)).toBeNull();
});

it('continues at full alpha from a version whose file applies a share of it', async () => {
  const adapterFile = join(dir, 'new.gguf');
  const manifest = await manifestFor('a-2', adapterFile);
  const training = { ...manifest.training, adapterScale: 0.5 };
  await store.add({ manifest: { ...manifest, training }, adapterFile, report: {} });
  expect(await shapeOf(await store.find('a-2'))).toEqual({ rank: 16, alpha: 32, adaptedBlocks: 1 });
  // A run that keeps it up starts at full scale, and its result applies the same share.
  const full = join(dir, 'full.gguf');
  const version = await store.find('a-2');
  expect(await atFullScale(version, full)).toEqual({ initialAdapter: full, adapterScale: 0.5 });
  const expected = { architecture: 'llama', rank: 16, alpha: 32, rsLora: false };
  await expect(checkAdapterFile(full, expected, null)).resolves.toBeUndefined();
  await expect(checkAdapterFile(version.adapterPath, expected, null)).rejects.toThrow(/its scale is 16/);
  expect(await shapeOf(await store.find('a-1'))).toEqual({ rank: 16, alpha: 16, adaptedBlocks: 1 });
});
