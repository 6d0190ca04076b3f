import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { computingCores, sharesCores } from './computingCores.ts';

it.each([
  ['two threads a core', 16, true, 8],
  ['one thread a core', 16, false, 16],
  ['one thread of one core', 1, true, 1],
])('%s', (_, processors, shared, cores) => {
  expect(computingCores(processors, shared)).toBe(cores);
});

it('goes by what the kernel says, where it says it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'repotune-cores-'));
  const file = join(folder, 'active');
  expect(sharesCores(file)).toBe(false);
  writeFileSync(file, '1\n');
  expect(sharesCores(file)).toBe(true);
  writeFileSync(file, '0\n');
  expect(sharesCores(file)).toBe(false);
  rmSync(folder, { recursive: true });
});
