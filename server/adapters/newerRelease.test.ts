import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isKnownAddress, rememberAddress } from '../cluster/address.ts';
import { readSubmission } from '../cluster/submission.ts';
import { forgetFile, pauseLearning } from '../mining/learning.ts';
import { isKnown, remember } from '../sharing/authors.ts';
import { readReport } from '../versions/lastResult.ts';
import { removeRoutes, setRoute } from './routes.ts';
import { AdapterStore } from './store.ts';
import { adapterGguf, manifestFor } from './testing.ts';

const NEWER = `${JSON.stringify({ format: 2, toolVersion: '99.0.0', active: { id: 'a-1' }, routes: {} })}\n`;
const SENTENCE = /was written by a newer release of Repotune\. Update this one to use it/;

let dir: string;
let store: AdapterStore;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'repotune-newer-'));
  store = new AdapterStore(join(dir, 'repotune'));
  const file = join(dir, 'new.gguf');
  const targets = [{ name: 'blk.0.attn_q.weight', in: 16, out: 32 }];
  await writeFile(file, adapterGguf({ targets, rank: 16, alpha: 16 }));
  await store.add({ manifest: await manifestFor('a-1', file), adapterFile: file, report: { format: 2 } });
});
afterEach(() => rm(dir, { recursive: true, force: true }));

async function write(path: string): Promise<() => Promise<string>> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, NEWER);
  return () => readFile(path, 'utf8');
}

describe('what a newer release has written is called that, and stays as it is:', () => {
  it.each<[string, readonly (() => Promise<unknown>)[]]>([
    [
      'state.json',
      [() => store.list(), () => store.activate('a-1', ''), () => store.disable(''), () => store.remove('a-1')],
    ],
    [
      'routes.json',
      [
        () => setRoute(store.dir, { glob: 'a/', adapter: null }),
        () => removeRoutes(store.dir, () => true),
        () => store.remove('a-1'),
      ],
    ],
    ['learning.json', [() => forgetFile(store.dir, 'a.ts'), () => pauseLearning(store.dir, true)]],
    [
      'judgements/a-1.json',
      [
        () => store.activate('a-1', ''),
        async () => {
          const manifest = await manifestFor('a-1', join(dir, 'new.gguf'));
          await store.keepJudgement({ id: 'a-1', manifest }, { passed: true, reason: '', report: null }, 0);
        },
      ],
    ],
  ])('%s', async (name, changes) => {
    const now = await write(join(store.dir, name));
    for (const change of changes) await expect(change()).rejects.toThrow(SENTENCE);
    expect(await now()).toBe(NEWER);
    await rm(join(store.dir, name));
    // Nothing was half done.
    expect((await store.list()).adapters.map(({ id }) => id)).toEqual(['a-1']);
  });

  it('a verdict: its version is not offered without it', async () => {
    await write(join(store.dir, 'judgements', 'a-1.json'));
    const { adapters, damaged } = await store.list();
    expect(adapters).toEqual([]);
    expect(damaged).toEqual([
      {
        id: 'a-1',
        problem: expect.stringMatching(/was written by a newer release.*Update this one to use it$/),
        newer: true,
      },
    ]);
  });

  it('a report', async () => {
    await expect(readReport(store, 'a-1')).rejects.toThrow(/The report of adapter a-1 was written by a newer release/);
  });

  it('a submission to a cluster', async () => {
    await write(join(dir, 'submission.json'));
    await expect(readSubmission(dir)).rejects.toThrow(SENTENCE);
  });

  it('authors and addresses that were agreed to: they are asked about again', async () => {
    const authors = await write(join(store.dir, 'authors.json'));
    await remember(store.dir, 'email a@example.com');
    expect([await isKnown(store.dir, 'email a@example.com'), await authors()]).toEqual([false, NEWER]);
    const addresses = await write(join(dir, 'cluster', 'addresses.json'));
    await rememberAddress(dir, 'http://a');
    expect([await isKnownAddress(dir, 'http://a'), await addresses()]).toEqual([false, NEWER]);
  });
});
