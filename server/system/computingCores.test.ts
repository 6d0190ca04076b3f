import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { allowedProcessors, computingCores, sharesCores } from './computingCores.ts';

it.each([
  ['two threads per core', 16, true, 16, 0, 8],
  ['one thread per core', 16, false, 16, 0, 16],
  ['one thread of a single core', 1, true, 1, 0, 1],
  ['two threads per core, unknown limits', 16, true, 0, 0, 8],
  ['a quota of four of sixteen processors', 4, true, 16, 0, 4],
  ['a quota of twelve of sixteen processors', 12, true, 16, 0, 8],
  ['a Mac with two cores for efficiency', 10, false, 0, 8, 8],
  ['a part of a Mac', 3, false, 0, 4, 3],
  ['a Windows machine of unknown cores', 16, null, 0, 0, 8],
  ['a small Windows machine of unknown cores', 4, null, 0, 0, 4],
])('counts the cores of %s', (_, processors, shared, allowed, fast, cores) => {
  expect(computingCores(processors, shared, allowed, fast)).toBe(cores);
});

it.each([
  ['Cpus_allowed:\tf00f\nCpus_allowed_list:\t0-3,12-15\nMems_allowed_list:\t0\n', 8],
  ['Cpus_allowed_list:\t5\n', 1],
  ['Name:\tnode\n', 0],
])('counts the allowed processors in %j', (text, count) => {
  const folder = mkdtempSync(join(tmpdir(), 'repotune-cores-'));
  writeFileSync(join(folder, 'status'), text);
  expect(allowedProcessors(join(folder, 'status'))).toBe(count);
  expect(allowedProcessors(join(folder, 'none'))).toBe(0);
  rmSync(folder, { recursive: true });
});

it('reads from the kernel whether cores are shared, and takes silence as no', () => {
  const folder = mkdtempSync(join(tmpdir(), 'repotune-cores-'));
  const file = join(folder, 'active');
  expect(sharesCores(file)).toBe(false);
  writeFileSync(file, '1\n');
  expect(sharesCores(file)).toBe(true);
  writeFileSync(file, '0\n');
  expect(sharesCores(file)).toBe(false);
  expect(sharesCores(file, 'win32')).toBeNull();
  rmSync(folder, { recursive: true });
});
