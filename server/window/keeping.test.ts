import { writeFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startLiveComparison } from '../adapters/liveComparisonFile.ts';
import { AdapterStore } from '../adapters/store.ts';
import { adapterGguf, manifestFor } from '../adapters/testing.ts';
import { recordEdit } from '../edits/recordedEdits.ts';
import type { ModelInfo } from '../engine/types.ts';
import { ENOUGH_EDITS, type LastAttempt } from '../keepTuned/conditions.ts';
import { heldOutFraction, heldOutPosition } from '../mining/split.ts';
import { ScratchRepository } from '../mining/testing.ts';
import type { Manifest } from '../protocol/manifest.ts';
import { sha256OfModel } from '../storage/hash.ts';
import { REFIT_SPLIT, SPLIT_RULE } from '../versions/describeVersion.ts';
import { lookAt } from './keeping.ts';

const data = process.env['REPOTUNE_DATA'];
/** Twelve commits, each adding a file of its own. */
let repository: ScratchRepository;
let store: AdapterStore;
let commits: string[];
beforeEach(async () => {
  repository = new ScratchRepository();
  process.env['REPOTUNE_DATA'] = join(repository.root, '.git', 'data');
  for (let i = 0; i < 12; i++) repository.write(`${i}.ts`, `${i}`).commit(`${i}`);
  commits = repository.git('rev-list', '--reverse', 'HEAD').trim().split('\n');
  store = await AdapterStore.of(repository.root);
  await writeFile(basePath(), 'a base');
});
afterEach(() => {
  if (data === undefined) delete process.env['REPOTUNE_DATA'];
  else process.env['REPOTUNE_DATA'] = data;
  repository[Symbol.dispose]();
});

function basePath(): string {
  return join(repository.root, '.git', 'base.gguf');
}

const KNOWS = { special: { fileSep: 1, eot: 2 } } as ModelInfo;
const KNOWS_NOT = { special: { eot: 2 } } as ModelInfo;

function committedMs(commit: number): number {
  return 1000 * Number(repository.git('show', '--no-patch', '--format=%ct', commits[commit]!));
}

/** An active version that was tuned at the commit `at` and has learned everything up to it. */
async function tuned(at: number, dataset: Partial<Manifest['dataset']> = {}): Promise<void> {
  const file = join(repository.root, '.git', 'adapter.gguf');
  await mkdir(store.dir, { recursive: true });
  await writeFile(
    file,
    adapterGguf({ targets: [{ name: 'blk.0.attn_q.weight', in: 16, out: 32 }], rank: 16, alpha: 16 }),
  );
  const manifest = await manifestFor('version-one', file, { createdAt: new Date(committedMs(at)).toISOString() });
  const own = { ...manifest.dataset, firstCommit: commits[0]!, commit: commits[at]!, ...dataset };
  const base = { ...manifest.base, sha256: await sha256OfModel(basePath()) };
  await store.add({ manifest: { ...manifest, base, dataset: own }, adapterFile: file, report: {} });
  await store.activate('version-one', 'test');
}

/** Records an edit in each of `count` training files, just before a commit. */
async function edited(count: number, before: number): Promise<void> {
  const paths = Array.from({ length: 2 * count }, (_, i) => `src/${i}.ts`);
  const learned = paths.filter((path) => heldOutPosition(commits[0]!, path) >= heldOutFraction);
  const change = { line: 1, before: ['b'], after: ['B'] };
  for (const [i, path] of learned.slice(0, count).entries()) {
    const atMs = committedMs(before) - 1000 - i;
    await recordEdit(store.dir, { atMs, path, from: 0, lines: ['a', 'b'], change, recent: [], elsewhere: [] });
  }
}

const look = (base: ModelInfo | null, last: LastAttempt | null = null) =>
  lookAt(repository.root, last, base, basePath());

it('forty recorded edits are enough to learn edits from, if the base can', async () => {
  await tuned(1);
  await edited(ENOUGH_EDITS - 1, 10);
  expect(await look(KNOWS)).toMatchObject({ commits: 10, edits: ENOUGH_EDITS - 1, learnsEdits: false });
  await edited(ENOUGH_EDITS, 9);
  // The newest of the ten new commits is held out.
  expect(await look(KNOWS)).toMatchObject({ learnsEdits: true, editsUntilMs: committedMs(10) });
  for (const base of [KNOWS_NOT, null])
    expect(await look(base)).toMatchObject({ commits: 10, edits: 0, learnsEdits: false });
});

it('edits newer than the commits to be learned are not counted yet', async () => {
  await tuned(1);
  await edited(5, 11);
  expect(await look(KNOWS)).toMatchObject({ edits: 0 });
});

it('a version that has learned edits goes on with those since, whatever base is loaded', async () => {
  await tuned(5, { trainEdits: 20 });
  await edited(6, 5);
  await edited(3, 7);
  expect(await look(null)).toMatchObject({ edits: 3, learnsEdits: true });
});

it('commits and edits that the last attempt covered are not counted again', async () => {
  await tuned(5);
  await edited(4, 7);
  await edited(2, 9);
  const last = { atMs: committedMs(8), commit: commits[8]!, version: '', failures: 0, editsUntilMs: committedMs(7) };
  expect(await look(KNOWS, last)).toMatchObject({
    commits: 3,
    edits: 2,
    since: { commit: commits[8]!, editsUntilMs: committedMs(7) },
  });
  // An attempt before the version was made: what it tried is in the version, or was given up.
  expect(await look(KNOWS, { ...last, atMs: committedMs(4) })).toMatchObject({
    commits: 6,
    edits: 6,
    since: { commit: commits[5]!, editsUntilMs: 0 },
  });
});

it('an attempt counts for the version that it continued, whatever the clock of the machine that made the version', async () => {
  await tuned(5);
  const last = { atMs: committedMs(4), commit: commits[8]!, version: 'version-one', failures: 0, editsUntilMs: 0 };
  expect(await look(null, last)).toMatchObject({ version: 'version-one', commits: 3 });
  const other = { ...last, atMs: committedMs(11), version: 'another' };
  expect(await look(null, other)).toMatchObject({ commits: 6 });
});

it('a live comparison of the active adapter is reported, and none of another', async () => {
  await tuned(1);
  const begin = (active: string) => startLiveComparison(store.dir, { active, rival: null, share: 0.5 }, committedMs(1));
  await begin('another');
  expect(await look(null)).toMatchObject({ compared: false });
  await begin('version-one');
  expect(await look(null)).toMatchObject({ compared: true });
});

it.each<[string, string, () => void, RegExp | null]>([
  ['nothing happened', SPLIT_RULE, () => {}, null],
  [
    'history was rewritten',
    SPLIT_RULE,
    () => {
      repository.git('reset', '--quiet', '--hard', 'HEAD~1');
      repository.write('11.ts', 'other').commit('other words');
    },
    /last commit it learned is not in this branch's history. Check out a branch that has it/,
  ],
  ['the adapter was trained on everything', REFIT_SPLIT, () => {}, /trained on all files/],
  [
    'another base was chosen',
    SPLIT_RULE,
    () => writeFileSync(basePath(), 'another base'),
    /^it belongs to another base, base\. Choose that one/,
  ],
])('when %s, it is reported whether training can continue from the adapter', async (_, split, meanwhile, unfit) => {
  await tuned(11, { split });
  meanwhile();
  const seen = (await look(KNOWS)).unfit;
  if (unfit === null) expect(seen).toBeNull();
  else expect(seen).toMatch(unfit);
});

it('without an active adapter no edits are counted', async () => {
  await edited(ENOUGH_EDITS, 9);
  expect(await look(KNOWS)).toMatchObject({ hasActive: false, edits: 0, learnsEdits: false });
});
