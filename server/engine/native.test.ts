import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { lastWords } from '../system/lastWords.ts';
import { loadAddon } from './native.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'repotune-addon-'));
  path = join(folder, 'repotune.node');
  writeFileSync(path, 'no library');
});
afterEach(() => rmSync(folder, { recursive: true }));

const failure = (platform: NodeJS.Platform): Error => {
  try {
    loadAddon(path, platform);
  } catch (error) {
    return error as Error;
  }
  throw new Error('It was loaded.');
};

it('a Windows that lacks what the libraries need is told where to get it, in one line that the editor shows', () => {
  const { message, stack = '' } = failure('win32');
  expect(message).toMatch(
    /^The native addon .*repotune\.node cannot be loaded on this machine: .+\. Install Microsoft's/,
  );
  expect(message).toContain('https://aka.ms/vs/17/release/vc_redist.x64.exe');
  expect(lastWords(stack.split('\n'))).toBe(`Error: ${message}`);
});

it('elsewhere the system says what is wrong, and the message what to do', () => {
  const { message } = failure('linux');
  expect(message).toMatch(/cannot be loaded on this machine: [^/]+\. Install Repotune's package for linux-\w+; /);
  // The system begins with it.
  expect(message.split(path)).toHaveLength(2);
});
