import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { messageFor } from './fileErrors.ts';
import { withScratch } from './scratch.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'repotune-place-'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  chmodSync(dir, 0o755);
  rmSync(dir, { recursive: true });
});

const isRoot = process.getuid?.() === 0;

it.skipIf(process.platform === 'win32').for([
  ['is not there', 'ENOENT', () => {}],
  ['is a file', 'ENOTDIR', () => writeFileSync(join(dir, 'named'), '')],
  ['may not be written', 'EACCES', () => chmodSync(dir, 0o555)],
] as const)('a temporary folder that %s is named, with what to do', async ([what, code, make], { skip }) => {
  skip(isRoot && code === 'EACCES', 'a superuser may');
  make();
  const place = code === 'EACCES' ? dir : join(dir, 'named');
  vi.stubEnv('TMPDIR', place);
  const said = await withScratch('cut', async () => what).catch(messageFor);
  expect(said).toBe(
    `Nothing can be put into the temporary folder ${place} (${code}). Create it and let your user write there, or name another in TMPDIR (on Windows: TEMP).`,
  );
});
