import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { syncFolder } from './writeAside.ts';
import { writtenAside } from './writtenAside.ts';

vi.mock('./writeAside.ts', async (original) => ({
  ...(await original<typeof import('./writeAside.ts')>()),
  syncFolder: vi.fn(),
}));

it('the folder is flushed once the file has its name, which a power failure could else take back', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'repotune-durable-'));
  try {
    const path = join(dir, 'a');
    let then = '';
    vi.mocked(syncFolder).mockImplementation(async (folder) => {
      if (folder === dir) then = readFileSync(path, 'utf8');
    });
    await writtenAside(path, async (aside) => writeFileSync(aside, 'new'));
    expect(then).toBe('new');
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
});
