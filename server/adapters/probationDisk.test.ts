import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { expect, it, vi } from 'vitest';
import * as aside from '../storage/writeAside.ts';
import { heardOfUse } from './probation.ts';
import { AdapterStore } from './store.ts';
import { adapterGguf, manifestFor, use } from './testing.ts';
import { beginProbation } from './useFile.ts';

vi.mock('../storage/writeAside.ts', async (original) => {
  const own = await original<typeof aside>();
  return { ...own, writeAside: vi.fn(own.writeAside) };
});

it('one failed write while it falls back leaves the version on probation, and the next report falls back', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'repotune-probation-'));
  try {
    const store = new AdapterStore(join(dir, 'repotune'));
    const adapterFile = join(dir, 'new.gguf');
    const targets = [{ name: 'blk.0.attn_q.weight', in: 16, out: 32 }];
    await writeFile(adapterFile, adapterGguf({ targets, rank: 16, alpha: 16 }));
    for (const id of ['v-1', 'v-2']) {
      await store.add({ manifest: await manifestFor(id, adapterFile), adapterFile, report: {} });
      await store.activate(id, 'test');
    }
    await heardOfUse(store.dir, 'v-1', use(1000, 24));
    await beginProbation(store.dir, { version: 'v-2', before: 'v-1' }, 0);
    const write = vi.mocked(aside.writeAside).getMockImplementation()!;
    let failures = 0;
    vi.mocked(aside.writeAside).mockImplementation(async (path, ...rest) => {
      if (basename(path) === 'state.json' && failures++ === 0)
        throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
      await write(path, ...rest);
    });
    await expect(heardOfUse(store.dir, 'v-2', use(1000, 2))).rejects.toThrow('ENOSPC');
    expect((await store.active())?.id).toBe('v-2');
    expect(await heardOfUse(store.dir, 'v-2', use(40, 2))).toMatchObject({ version: 'v-2', before: 'v-1' });
    expect((await store.active())?.id).toBe('v-1');
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
});
