import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { askGit } from './run.ts';

let scratch: string;
beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), 'repotune-silent-'));
  vi.stubEnv('PATH', scratch);
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  rmSync(scratch, { recursive: true });
});

const gitThat = (does: string): void => writeFileSync(join(scratch, 'git'), `#!/bin/sh\n${does}\n`, { mode: 0o755 });
const ask = (silentMs: number) => askGit(scratch, ['rev-parse', '--git-dir'], { silentMs });

test.skipIf(process.platform === 'win32')('a git that says nothing for too long is ended', async () => {
  gitThat('exec /bin/sleep 60');
  await expect(ask(400)).rejects.toThrow(/^git did not finish in /);
});

test.skipIf(process.platform === 'win32')('a git that slept with its machine is waited for', async () => {
  gitThat('/bin/sleep 2; echo done');
  const awake = performance.now.bind(performance);
  let sleptMs = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => awake() + sleptMs);
  const asked = ask(8000);
  sleptMs = 3_600_000;
  expect((await asked).output.toString()).toBe('done\n');
});
