import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { AdapterStore, type StoredAdapter } from './store.ts';
import { adapterGguf, manifestFor } from './testing.ts';

let dir: string;
let store: AdapterStore;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'repotune-judged-'));
  store = new AdapterStore(join(dir, 'store'));
});
afterEach(() => rm(dir, { recursive: true }));

/** A version by somebody else: all have the same id, and differ in this value. */
async function pulled(value: number): Promise<StoredAdapter> {
  const adapterFile = join(dir, `${value}.gguf`);
  const targets = [{ name: 'blk.0.attn_q.weight', in: 16, out: 32 }];
  await writeFile(adapterFile, adapterGguf({ targets, rank: 16, alpha: 16, value: () => value }));
  const origin = { kind: 'pulled', from: 'ann' } as const;
  return await store.add({ manifest: await manifestFor('theirs', adapterFile), adapterFile, report: {}, origin });
}

const BETTER = { passed: true, reason: 'Better.', report: null };

it('a version that took the place of the measured one meanwhile has not been measured, and does not serve', async () => {
  const measured = await pulled(1);
  await store.remove('theirs');
  await pulled(2);
  await expect(store.keepJudgement(measured, BETTER, 0)).rejects.toThrow(/replaced.*Measure it again/);
  expect(await store.find('theirs')).toMatchObject({ sealed: false, standing: { kind: 'unmeasured' } });
  await expect(store.activate('theirs', 'test')).rejects.toThrow(/has not been measured/);
});

it('a version deleted while it was measured leaves no judgement behind', async () => {
  const measured = await pulled(1);
  await store.remove('theirs');
  await expect(store.keepJudgement(measured, BETTER, 0)).rejects.toThrow(/There is no adapter theirs/);
});

it('a version that failed for a reason of many words has failed', async () => {
  const measured = await pulled(1);
  await store.keepJudgement(measured, { passed: false, reason: 'no '.repeat(1000), report: null }, 0);
  expect((await store.find('theirs')).standing).toMatchObject({ kind: 'failed' });
  await expect(store.activate('theirs', 'test')).rejects.toThrow(/did not pass/);
});
