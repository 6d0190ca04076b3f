import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { pointCursor, pointSource, TestClient, uriOf } from './testing.ts';

vi.setConfig({ testTimeout: 120_000 });

test('a data folder that takes no more writes does not keep the server from ending', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'repotune-shutdown-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  // As a full or read-only disk, whoever runs the test.
  const data = join(folder, 'data');
  writeFileSync(data, '');
  const client = await TestClient.start({ folders: [folder], env: { REPOTUNE_DATA: data } });
  const uri = uriOf(join(folder, 'point.ts'));
  await client.open(uri, 'typescript', pointSource);
  expect(await client.inline(uri, pointCursor)).not.toEqual([]);
  expect(await client.stop()).toBe(0);
});
