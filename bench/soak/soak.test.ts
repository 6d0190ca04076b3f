import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { TestClient, uriOf } from '../../server/lsp/testing.ts';
import { soakDocuments } from './documents.ts';
import { soak } from './editing.ts';

test('ten seconds of random editing leave no request unanswered, no edit misplaced, and a clean exit', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'repotune-soak-'));
  const client = await TestClient.start({ folders: [folder] });
  const result = await soak(client, await soakDocuments((name) => uriOf(join(folder, name))), 10_000, 7);
  expect(result.requests).toBeGreaterThan(100);
  expect(result).toMatchObject({ leakedRequests: 0, wrongPositionEdits: 0 });
  expect(client.notices).toEqual([]);
  expect(await client.stop()).toBe(0);
}, 120_000);
