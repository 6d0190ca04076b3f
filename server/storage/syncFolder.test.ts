import { expect, it } from 'vitest';
import { syncFolder } from './writeAside.ts';

it.skipIf(process.platform !== 'linux')(
  'a file system that cannot flush folders, as some shared ones, refuses no write',
  async () => {
    await syncFolder('/proc');
  },
);

it('a folder that is gone is an error', async () => {
  await expect(syncFolder('/nowhere/at/all')).rejects.toThrow(/ENOENT/);
});
