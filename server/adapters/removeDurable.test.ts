import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it, vi } from 'vitest';
import { syncFolder } from '../storage/writeAside.ts';
import { AdapterStore } from './store.ts';

vi.mock('../storage/writeAside.ts', async (original) => ({
  ...(await original<typeof import('../storage/writeAside.ts')>()),
  syncFolder: vi.fn(),
}));

const dir = mkdtempSync(join(tmpdir(), 'repotune-durable-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

it('a deleted version has lost its name on the disk before its seal, without which it would come back as a stranger', async () => {
  const [versions, judgements] = [join(dir, 'versions'), join(dir, 'judgements')];
  mkdirSync(join(versions, 'a-1'), { recursive: true });
  mkdirSync(judgements);
  writeFileSync(join(judgements, 'a-1.seal'), '');
  const seen: unknown[] = [];
  vi.mocked(syncFolder).mockImplementation(async (folder) => {
    if (folder === versions) seen.push([readdirSync(versions).includes('a-1'), readdirSync(judgements)]);
  });
  await new AdapterStore(dir).remove('a-1');
  expect(seen).toEqual([[false, ['a-1.seal']]]);
});
