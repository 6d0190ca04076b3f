import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { AdapterStore } from '../adapters/store.ts';
import { adapterGguf, manifestFor } from '../adapters/testing.ts';
import { ScratchRepository } from '../mining/testing.ts';
import { sha256OfModel } from '../storage/hash.ts';
import { bundledModelPath } from '../storage/paths.ts';
import { emptyReport } from '../versions/testing.ts';
import { dispatch } from './dispatch.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

const repository = new ScratchRepository();
const scratch = mkdtempSync(join(tmpdir(), 'repotune-json-'));
const file = join(scratch, 'made.gguf');
let printed: string[];

beforeAll(async () => {
  vi.stubEnv('REPOTUNE_DATA', join(scratch, 'data'));
  repository.write('a.ts', 'export const a = 1;\n').commit();
  const targets = [{ name: 'blk.0.attn_output.weight', in: 256, out: 256 }];
  writeFileSync(file, adapterGguf({ targets, rank: 4, alpha: 8, value: (i) => Math.sin(i) / 100 }));
  const store = await AdapterStore.of(repository.root);
  const sha256 = await sha256OfModel(bundledModelPath());
  for (const id of ['one', 'two']) {
    const made = await manifestFor(id, file);
    const adapter = { ...made.adapter, rank: 4, alpha: 8 };
    const manifest = { ...made, base: { ...made.base, sha256 }, adapter };
    await store.add({ manifest, adapterFile: file, report: emptyReport });
    await store.keepJudgement({ id, manifest }, { passed: true, reason: 'Better.', report: null }, Date.now());
  }
});
beforeEach(() => {
  printed = [];
  vi.spyOn(console, 'log').mockImplementation((...words) => void printed.push(words.join(' ')));
});
afterEach(() => vi.restoreAllMocks());
afterAll(() => {
  vi.unstubAllEnvs();
  repository[Symbol.dispose]();
  rmSync(scratch, { recursive: true, force: true });
});

test.each<[string, unknown]>([
  ['show one', expect.objectContaining({ id: 'one' })],
  ['lineage one', [expect.objectContaining({ id: 'one' })]],
  ['activate one', { active: 'one' }],
  ['activate two', { active: 'two' }],
  ['rollback', { active: 'one' }],
  ['disable', { active: null }],
  ['rename one first', { id: 'one', name: 'first' }],
  ['route one --glob **/*.go', [{ glob: '**/*.go', adapter: 'one' }]],
  ['routes', [{ glob: '**/*.go', adapter: 'one' }]],
  ['unroute --glob **/*.go', []],
  [`export one ${join(scratch, 'out.gguf')}`, { id: 'one', path: join(scratch, 'out.gguf'), merged: false }],
  [`import ${file}`, { id: expect.any(String) }],
  ['delete two --yes', { deleted: 'two' }],
  ['list', expect.objectContaining({ adapters: expect.any(Array) })],
])('adapters %s --json prints its answer as JSON, and nothing else', async (line, found) => {
  expect(await dispatch(['adapters', ...line.split(' '), '--folder', repository.root, '--json'])).toBe(0);
  expect(printed.map((one) => JSON.parse(one))).toEqual([found]);
});
