import { execFileSync } from 'node:child_process';
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { writtenAside } from './writtenAside.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'repotune-aside-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const write = async (aside: string): Promise<void> => writeFileSync(aside, 'new');

it.each<[string, () => string, RegExp]>([
  ['a device', () => '/dev/null', /is not a file and is not replaced/],
  ['a folder', () => dir, /is a folder: give the name of a file in it/],
  ['a file in a missing folder', () => join(dir, 'none', 'a'), /There is no folder .*none to write to/],
  [
    'a pipe',
    () => {
      execFileSync('mkfifo', [join(dir, 'pipe')]);
      return join(dir, 'pipe');
    },
    /is not a file and is not replaced/,
  ],
])('%s is not replaced, and no temporary file is left', async (_, path, expected) => {
  const target = path();
  const before = readdirSync(dir);
  await expect(writtenAside(target, write)).rejects.toThrow(expected);
  expect(readdirSync(dir)).toEqual(before);
  expect(target !== '/dev/null' || lstatSync(target).isCharacterDevice()).toBe(true);
});

it('a symlink stays, and the file it points to is replaced', async () => {
  mkdirSync(join(dir, 'there'));
  writeFileSync(join(dir, 'there', 'a'), 'old');
  symlinkSync(join(dir, 'there', 'a'), join(dir, 'link'));
  await writtenAside(join(dir, 'link'), write);
  expect(readFileSync(join(dir, 'there', 'a'), 'utf8')).toBe('new');
  expect(lstatSync(join(dir, 'link')).isSymbolicLink()).toBe(true);
});

it('a write that fails half way leaves the earlier file and no temporary file', async () => {
  writeFileSync(join(dir, 'a'), 'old');
  const failing = async (aside: string): Promise<void> => {
    writeFileSync(aside, 'half');
    throw new Error('The disk is full.');
  };
  await expect(writtenAside(join(dir, 'a'), failing)).rejects.toThrow('The disk is full.');
  expect(readFileSync(join(dir, 'a'), 'utf8')).toBe('old');
  expect(readdirSync(dir)).toEqual(['a']);
});
