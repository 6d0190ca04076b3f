import { chownSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { defaultCachePath } from '../mining/cachePath.ts';
import { findRepository } from './repository.ts';
import { storeLocation } from './storeLocation.ts';
import { ordinaryRepository, type Trap } from './testing.ts';

let trap: Trap;
let foreign: string;
beforeEach(() => {
  trap = ordinaryRepository(1, 1);
  foreign = join(trap.dir, 'thesis');
  mkdirSync(join(foreign, 'versions', 'x'), { recursive: true });
  writeFileSync(join(foreign, 'mining.cache'), 'years of work');
});
afterEach(() => trap[Symbol.dispose]());

const store = (...parts: readonly string[]): string => join(trap.folder, '.git', 'repotune', ...parts);

describe('refuses as a store what is not its own folder', () => {
  it.each<[string, () => void, RegExp]>([
    ['a link in its place', () => symlinkSync(foreign, store()), /repotune is a link.*Remove the link/],
    ['a link to nothing', () => symlinkSync(join(trap.dir, 'nowhere'), store()), /repotune is a link/],
    ['a file', () => writeFileSync(store(), ''), /repotune is not a folder/],
    ...['versions', 'judgements', 'runs', 'share.git', 'pulling', 'mining.cache', 'state.json', 'tune.lock'].map(
      (name): [string, () => void, RegExp] => [
        `a link for ${name}`,
        () => {
          mkdirSync(store());
          symlinkSync(join(foreign, name), store(name));
        },
        new RegExp(`${name.replace('.', '\\.')} is a link`),
      ],
    ),
    [
      'a version that is a link',
      () => {
        mkdirSync(store('versions'), { recursive: true });
        symlinkSync(join(foreign, 'versions', 'x'), store('versions', 'x'));
      },
      /versions.x is a link/,
    ],
    [
      "a link among a version's files",
      () => {
        mkdirSync(store('versions', 'x'), { recursive: true });
        symlinkSync(join(foreign, 'mining.cache'), store('versions', 'x', 'manifest.json'));
      },
      /manifest\.json is a link/,
    ],
    [
      'a git folder whose commondir is another repository',
      () => {
        const other = join(trap.dir, 'other.git');
        trap.plain(['init', '--quiet', '--bare', other]);
        writeFileSync(join(trap.folder, '.git', 'commondir'), `${other}\n`);
      },
      /keeps its files in .*other\.git, which does not belong to it/,
    ],
  ])('%s', async (_, plant, sentence) => {
    plant();
    await expect(storeLocation(trap.folder)).rejects.toThrow(sentence);
    await expect(findRepository(trap.folder).then(defaultCachePath)).rejects.toThrow(sentence);
    expect(readFileSync(join(foreign, 'mining.cache'), 'utf8')).toBe('years of work');
    expect(existsSync(join(foreign, 'versions', 'x'))).toBe(true);
  });

  it.runIf(process.getuid?.() === 0)("another user's folder", async () => {
    mkdirSync(store());
    chownSync(store(), 12_345, 12_345);
    await expect(storeLocation(trap.folder)).rejects.toThrow(/repotune belongs to another user/);
  });

  it('a link among the files of a folder without git', async () => {
    const environment = { REPOTUNE_DATA: join(trap.dir, 'data') };
    const plain = join(trap.dir, 'plain');
    mkdirSync(plain);
    const place = await storeLocation(plain, environment);
    mkdirSync(place, { recursive: true });
    expect(await storeLocation(plain, environment)).toBe(place);
    symlinkSync(foreign, join(place, 'versions'));
    await expect(storeLocation(plain, environment)).rejects.toThrow(/versions is a link/);
  });
});

it('accepts an ordinary store and one that does not exist yet', async () => {
  expect(await storeLocation(trap.folder)).toBe(store());
  mkdirSync(store('versions', 'x'), { recursive: true });
  writeFileSync(store('state.json'), '{}');
  expect(await storeLocation(trap.folder)).toBe(store());
});
