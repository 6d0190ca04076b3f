import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { AdapterStore } from '../adapters/store.ts';
import { adapterGguf, manifestFor } from '../adapters/testing.ts';
import { ScratchRepository } from '../mining/testing.ts';
import { sha256OfModel } from '../storage/hash.ts';
import { bundledModelPath } from '../storage/paths.ts';
import { TestClient } from './testing.ts';

test('commits since the tune are counted, and continuing is offered once they reach the setting, only once', async () => {
  using repository = new ScratchRepository();
  repository.write('a.ts', 'a').commit();
  const commit = repository.git('rev-parse', 'HEAD').trim();
  const file = join(repository.root, '.git', 'made.gguf');
  await writeFile(
    file,
    adapterGguf({ targets: [{ name: 'blk.0.attn_q.weight', in: 16, out: 32 }], rank: 16, alpha: 16 }),
  );
  const store = await AdapterStore.of(repository.root);
  const manifest = await manifestFor('an-adapter', file);
  const base = { ...manifest.base, sha256: await sha256OfModel(bundledModelPath()) };
  await store.add({
    manifest: { ...manifest, base, dataset: { ...manifest.dataset, commit } },
    adapterFile: file,
    report: {},
  });

  const settings = { completions: { enabled: false }, tuning: { remindAfterCommits: 2 } };
  const client = await TestClient.start({ folders: [repository.root], settings });
  try {
    expect((await client.state()).commitsSinceTune).toBeNull();
    await store.activate('an-adapter', 'test');
    expect((await client.state()).commitsSinceTune).toBe(0);
    repository.write('a.ts', 'b').commit();
    expect((await client.state()).commitsSinceTune).toBe(1);
    expect(client.notices).toEqual([]);
    repository.write('a.ts', 'c').commit();
    expect((await client.state()).commitsSinceTune).toBe(2);
    repository.write('a.ts', 'd').commit();
    expect((await client.state()).commitsSinceTune).toBe(3);
    expect(client.notices).toMatchObject([
      {
        severity: 'info',
        message: expect.stringMatching(/^2 commits have been made since the active adapter was tuned/),
        action: { command: 'repotune.continueTuning' },
      },
    ]);
  } finally {
    expect(await client.stop()).toBe(0);
  }
});
