import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { holds } from '../../server/common/bars.ts';
import { packageRoot } from '../../server/storage/paths.ts';
import { architecturesIn, compareWithPeft, peftBars } from './compare.ts';

const reference = join(packageRoot, 'test', 'fixtures', 'peft');

test.each(await architecturesIn(reference))(
  "%s: thirty steps follow PyTorch's losses, and adapters can be imported and exported",
  async (architecture) => {
    const scratch = mkdtempSync(join(tmpdir(), 'repotune-peft-'));
    try {
      const comparison = await compareWithPeft(reference, architecture, scratch);
      expect(peftBars([comparison]).filter((bar) => !holds(bar))).toEqual([]);
    } finally {
      rmSync(scratch, { recursive: true, force: true });
    }
  },
);

test('misses every bar when nothing was compared', () => {
  expect(peftBars([]).filter(holds)).toEqual([]);
});
