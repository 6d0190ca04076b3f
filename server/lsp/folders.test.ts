import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { AdapterStore } from '../adapters/store.ts';
import { addVersion } from '../versions/testing.ts';
import { TestClient, until } from './testing.ts';

vi.setConfig({ testTimeout: 120_000 });

test('the last result belongs to the current folder, also after folders are removed and added', async () => {
  const scratch = await mkdtemp(join(tmpdir(), 'repotune-folders-'));
  const [tuned, untuned] = [join(scratch, 'tuned'), join(scratch, 'untuned')];
  for (const folder of [tuned, untuned]) execFileSync('git', ['init', '--quiet', folder]);
  await addVersion(await AdapterStore.of(tuned), scratch, { id: 'first-one' });
  const client = await TestClient.start({ folders: [tuned], settings: { completions: { enabled: false } } });
  const shown = async (): Promise<string | undefined> => (await client.state()).lastResult?.adapterId;
  try {
    await until(async () => (await shown()) === 'first-one', 'the result of the folder');
    await client.setFolders([tuned, untuned]);
    await until(async () => (await shown()) === 'first-one', 'the result to stay');
    await client.setFolders([untuned]);
    await until(async () => (await client.state()).folder?.path === untuned, 'the other folder');
    expect(await shown()).toBeUndefined();
    await client.setFolders([tuned]);
    await until(async () => (await shown()) === 'first-one', 'the result to be found again');
  } finally {
    await client.stop();
    await rm(scratch, { recursive: true, force: true });
  }
});
