/** Runs whose process is killed, as by a power failure, between two files that belong together. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { AdapterStore } from '../adapters/store.ts';
import { manifestFor } from '../adapters/testing.ts';
import { readUse } from '../adapters/useFile.ts';
import { trainedAdapter } from '../engine/testing.ts';
import { moduleText, ScratchRepository } from '../mining/testing.ts';
import { sha256OfModel } from '../storage/hash.ts';
import { bundledModelPath } from '../storage/paths.ts';
import { SPLIT_RULE } from '../versions/describeVersion.ts';
import { emptyReport } from '../versions/testing.ts';
import { versionOfRun } from './versionOfRun.ts';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 120_000 });

const scratch = mkdtempSync(join(tmpdir(), 'repotune-killed-'));
vi.stubEnv('REPOTUNE_DATA', join(scratch, 'data'));
const repository = new ScratchRepository();
let adapter: string;
let store: AdapterStore;
beforeAll(async () => {
  const write = (from: number, to: number): void => {
    for (let i = from; i < to; i++) repository.write(`src/module${i}.ts`, moduleText(`m${i}`));
    repository.commit(`to ${to}`);
  };
  write(0, 24);
  adapter = await trainedAdapter(scratch, 'trained', moduleText('a', 1));
  const made = await manifestFor('served', adapter);
  const [firstCommit = ''] = repository.git('rev-list', 'HEAD').trim().split('\n');
  store = await AdapterStore.of(repository.root);
  await store.add({
    manifest: {
      ...made,
      adapter: { ...made.adapter, rank: 4, alpha: 8 },
      base: { ...made.base, sha256: await sha256OfModel(bundledModelPath()) },
      dataset: { ...made.dataset, firstCommit, commit: firstCommit, split: SPLIT_RULE },
    },
    adapterFile: adapter,
    report: emptyReport,
  });
  write(24, 36);
});
afterAll(() => {
  repository[Symbol.dispose]();
  rmSync(scratch, { recursive: true, force: true });
  vi.unstubAllEnvs();
});

it.each([
  ['its version is there', /versions\/\d{8}-\d{6}-\w+$/, 'served'],
  ['its version serves', /state\.json$/, 'the new one'],
])('one that is killed as soon as %s leaves it judged, and on probation where it serves', async (_, point, serves) => {
  await store.activate('served', 'test');
  const runId = `run-${point.source.length}`;
  const script = new URL('testingKilled.ts', import.meta.url).pathname;
  const { signal, stderr } = spawnSync(process.execPath, [script, repository.root, runId, adapter, point.source]);
  expect([signal, `${stderr}`]).toEqual(['SIGKILL', expect.any(String)]);
  const made = await versionOfRun(store.dir, runId);
  expect(made).toMatchObject({
    active: serves !== 'served',
    standing: { kind: expect.stringMatching(/passed|failed/) },
  });
  if (made?.active) expect((await readUse(store.dir)).probation).toMatchObject({ version: made.id, before: 'served' });
});
