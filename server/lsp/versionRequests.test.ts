import { execFileSync } from 'node:child_process';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { writeAdapterFile } from '../adapters/peft/ggufAdapter.ts';
import { type LineageEntry, Requests, type RoutesAnswer } from '../protocol/index.ts';
import { TestClient } from './testing.ts';

vi.setConfig({ testTimeout: 120_000 });

/** Rank 2 on one linear of the bundled base. */
async function adapterOf(folder: string): Promise<string> {
  const path = join(folder, 'theirs.gguf');
  const values = (count: number) => Float32Array.from({ length: count }, (_, i) => (i % 5) / 2048);
  const matrices = new Map([
    ['blk.2.ffn_down.weight.lora_a', { shape: [2, 768] as const, data: values(1536) }],
    ['blk.2.ffn_down.weight.lora_b', { shape: [256, 2] as const, data: values(512) }],
  ]);
  await writeAdapterFile(path, { architecture: 'llama', alpha: 4, matrices });
  return path;
}

test('an editor imports, renames, routes and exports an adapter and reads its lineage; failures have messages', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'repotune-versions-'));
  execFileSync('git', ['init', '--quiet', folder]);
  const client = await TestClient.start({ folders: [folder], settings: { completions: { enabled: false } } });
  const ask = async <Answer>(method: string, params: object): Promise<Answer> =>
    await client.connection.sendRequest<Answer>(method, params);
  try {
    const source = await adapterOf(folder);
    expect(await ask(Requests.importAdapter, { source, name: '--theirs' })).toMatch(
      /--theirs was imported and is not active/,
    );
    const [adapter] = (await client.state()).adapters;
    expect(adapter).toMatchObject({ name: '--theirs', active: false, standing: { kind: 'unmeasurable' } });
    const adapterId = adapter!.id;

    await ask(Requests.renameAdapter, { adapterId, name: 'Theirs' });
    const line = await ask<LineageEntry[]>(Requests.lineage, { adapterId });
    expect(line).toMatchObject([{ kind: 'stored', name: 'Theirs', manifest: { training: { method: 'imported' } } }]);
    await ask(Requests.setRoute, { glob: '/web/', adapter: adapterId });
    expect((await ask<RoutesAnswer>(Requests.routes, {})).routes).toEqual([{ glob: '/web/', adapter: adapterId }]);
    expect((await ask<RoutesAnswer>(Requests.removeRoute, { glob: '/web/' })).routes).toEqual([]);

    for (const [target, merged] of [
      ['peft', false],
      ['adapter.gguf', false],
      ['whole.gguf', true],
    ] as const) {
      const said = ask(Requests.exportAdapter, { adapterId, target: join(folder, target), merged });
      expect(await said).toMatch(/was exported to .* and loads from there/);
    }
    expect((await readdir(folder)).sort()).toEqual(['.git', 'adapter.gguf', 'peft', 'theirs.gguf', 'whole.gguf']);
    const bytes = async (name: string): Promise<number> => (await stat(join(folder, name))).size;
    expect(await bytes('whole.gguf')).toBeGreaterThan(100 * (await bytes('adapter.gguf')));
    const nowhere = { adapterId, target: join(folder, 'absent', 'whole.gguf'), merged: true };
    await expect(ask(Requests.exportAdapter, nowhere)).rejects.toThrow(/^There is no folder .*absent to write to/);
    await expect(ask(Requests.importAdapter, { source: join(folder, 'none'), name: 'x' })).rejects.toThrow(
      /there is nothing at/,
    );
  } finally {
    expect(await client.stop()).toBe(0);
    await rm(folder, { recursive: true, force: true });
  }
});
