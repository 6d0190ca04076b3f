import { mkdir, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { heardOfUse } from './probation.ts';
import { AdapterStore } from './store.ts';
import { adapterGguf, manifestFor, use } from './testing.ts';
import { addVersionUse, beginProbation, endProbation, readUse, useOf } from './useFile.ts';

let dir: string;
let store: AdapterStore;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'repotune-probation-'));
  store = new AdapterStore(join(dir, 'repotune'));
  const adapterFile = join(dir, 'new.gguf');
  const targets = [{ name: 'blk.0.attn_q.weight', in: 16, out: 32 }];
  await writeFile(adapterFile, adapterGguf({ targets, rank: 16, alpha: 16 }));
  for (const id of ['v-1', 'v-2', 'v-3'])
    await store.add({ manifest: await manifestFor(id, adapterFile), adapterFile, report: {} });
});
afterEach(() => rm(dir, { recursive: true, force: true }));

describe('a version on probation', () => {
  beforeEach(async () => {
    await store.activate('v-1', 'test');
    await heardOfUse(store.dir, 'v-1', use(1000, 24));
    await store.activate('v-2', 'test');
    await beginProbation(store.dir, { version: 'v-2', before: 'v-1' }, 0);
  });

  it('falls back to the previous version once when fewer characters are kept, and logs why', async () => {
    expect(await heardOfUse(store.dir, 'v-2', use(40, 4))).toBeNull();
    const back = await heardOfUse(store.dir, 'v-2', use(800, 4));
    expect(back).toMatchObject({ version: 'v-2', before: 'v-1' });
    expect(back?.reason).toBe(
      "Rolled back to v-1: you kept 6.0 characters of each of its suggestions, and 1.0 of each of v-2's.",
    );
    expect((await store.active())?.id).toBe('v-1');
    const [last] = (await store.audit.read()).slice(-1);
    expect(last).toMatchObject({ action: 'roll back', adapter: 'v-1', detail: back?.reason });
    expect(await heardOfUse(store.dir, 'v-2', use(800, 4))).toBeNull();
  });

  it('falls back to a version from elsewhere that has served, though a later measurement failed it', async () => {
    const adapterFile = join(dir, 'new.gguf');
    const manifest = await manifestFor('pulled', adapterFile);
    await store.add({ manifest, adapterFile, report: {}, origin: { kind: 'pulled', from: 'ann' } });
    await store.keepJudgement(await store.find('pulled'), { passed: true, reason: 'Better.', report: null }, 0);
    await store.activate('pulled', 'test');
    await heardOfUse(store.dir, 'pulled', use(1000, 24));
    await store.activate('v-2', 'test');
    await beginProbation(store.dir, { version: 'v-2', before: 'pulled' }, 0);
    await store.keepJudgement(await store.find('pulled'), { passed: false, reason: 'May be chance.', report: null }, 0);
    expect(await heardOfUse(store.dir, 'v-2', use(1000, 2))).toMatchObject({ before: 'pulled' });
    expect((await store.active())?.id).toBe('pulled');
  });

  it('never falls back to another version that has the same id by now, and has not been measured', async () => {
    await store.remove('v-1');
    const adapterFile = join(dir, 'theirs.gguf');
    const targets = [{ name: 'blk.0.attn_q.weight', in: 16, out: 32 }];
    await writeFile(adapterFile, adapterGguf({ targets, rank: 16, alpha: 16, value: () => 9 }));
    const origin = { kind: 'pulled', from: 'mallory' } as const;
    await store.add({ manifest: await manifestFor('v-1', adapterFile), adapterFile, report: {}, origin });
    const back = await heardOfUse(store.dir, 'v-2', use(1000, 2));
    expect(back?.reason).toMatch(/^Turned off v-2, and the base completes alone/);
    expect(await store.active()).toBeNull();
    expect(await store.find('v-1')).toMatchObject({ sealed: false, standing: { kind: 'unmeasured' } });
  });

  it('leaves the base alone where the previous version cannot be used any more', async () => {
    await truncate((await store.find('v-1')).adapterPath, 100);
    const back = await heardOfUse(store.dir, 'v-2', use(1000, 2));
    expect(back?.reason).toMatch(
      /^Turned off v-2, and the base completes alone: v-1, which served before it, cannot be/,
    );
    expect(await store.active()).toBeNull();
  });

  it('is no longer on it once deleted, so that another version with its id is not watched', async () => {
    await store.remove('v-2');
    expect((await readUse(store.dir)).probation).toBeNull();
  });

  it('is deleted all the same where a newer release wrote the file', async () => {
    const newer = '{"format": 2}\n';
    await writeFile(join(store.dir, 'use.json'), newer);
    await store.remove('v-2');
    expect(await readFile(join(store.dir, 'use.json'), 'utf8')).toBe(newer);
  });

  it('falls back to the previous version, not to the base, where that cannot be logged', async () => {
    await rm(join(store.dir, 'audit.jsonl'));
    await mkdir(join(store.dir, 'audit.jsonl'));
    expect(await heardOfUse(store.dir, 'v-2', use(1000, 2))).toMatchObject({ before: 'v-1' });
    expect((await store.active())?.id).toBe('v-1');
  });

  it('stays active when as much is kept', async () => {
    expect(await heardOfUse(store.dir, 'v-2', use(5000, 24))).toBeNull();
    expect((await store.active())?.id).toBe('v-2');
  });

  it('does not roll back once a person has activated another version', async () => {
    await store.activate('v-3', 'chosen');
    expect(await heardOfUse(store.dir, 'v-2', use(2000, 2))).toBeNull();
    expect((await store.active())?.id).toBe('v-3');
  });
});

it('use counts of several windows add up, and a damaged file starts from zero', async () => {
  await Promise.all(Array.from({ length: 8 }, () => addVersionUse(store.dir, 'v-1', use(4, 10))));
  expect(useOf(await readUse(store.dir), 'v-1')).toEqual(use(32, 10));
  await writeFile(join(store.dir, 'use.json'), '{"format": 1, "versions"');
  await addVersionUse(store.dir, 'v-1', use(4, 10));
  expect(useOf(await readUse(store.dir), 'v-1')).toEqual(use(4, 10));
});

it('only one of several windows ends a probation', async () => {
  await beginProbation(store.dir, { version: 'v-2', before: 'v-1' }, 0);
  const ended = await Promise.all(Array.from({ length: 4 }, () => endProbation(store.dir, 'v-2')));
  expect(ended.filter(Boolean)).toHaveLength(1);
});
