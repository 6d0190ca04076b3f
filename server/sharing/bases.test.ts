import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { catalogue } from '../models/catalogue.ts';
import { ModelLibrary } from '../models/library.ts';
import { basesOf } from './bases.ts';

const noModels = new ModelLibrary({ folder: '/none', bundled: null, ollamaFolders: [] });

it('finds the base in use, though it is a file of its own beside no other', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'repotune-bases-'));
  const path = join(folder, 'my own.gguf');
  writeFileSync(path, 'weights');
  const sha256 = createHash('sha256').update('weights').digest('hex');
  expect(await basesOf(noModels, () => path).find(sha256)).toBe(path);
  expect(await basesOf(noModels, () => path).find('a'.repeat(64))).toBeNull();
  expect(await basesOf(noModels).find(sha256)).toBeNull();
  rmSync(folder, { recursive: true });
  expect(await basesOf(noModels, () => path).find(sha256)).toBeNull();
});

it('finds a base of the catalogue by its hash without asking the hub', async () => {
  const tunnels: string[] = [];
  const proxy = createServer().on('connect', ({ url = '' }, socket) => {
    tunnels.push(url);
    socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const reach = {
    proxy: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    noProxy: ['elsewhere.example'],
  };
  const base = {
    name: '',
    architecture: 'qwen3',
    sizeBytes: 1,
    parameters: 1,
    weightType: 'Q8_0',
    sha256: 'a'.repeat(64),
  };
  const { download } = basesOf(noModels);
  expect(await download(base, reach)).toBeNull();
  const known = catalogue.find(({ architecture }) => architecture === 'qwen3')!;
  expect(await download({ ...base, sha256: known.sha256 }, reach)).toEqual({ entry: known, bytes: known.fileBytes });
  expect(tunnels).toEqual([]);
  proxy.closeAllConnections();
  proxy.close();
});
