import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, matchesGlob } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { addonPath } from '../server/storage/paths.ts';
import { mayShip } from './mayShip.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const patterns = readFileSync(join(root, '.vscodeignore'), 'utf8').match(/(?<=^!).+$/gm) ?? [];
const sources = execFileSync('git', ['ls-files'], { cwd: root, encoding: 'utf8' }).split('\n').filter(Boolean);

test('every file of the checkout that the package takes may ship', () => {
  const taken = sources.filter((file) => patterns.some((pattern) => matchesGlob(file, pattern)));
  expect(taken.length).toBeGreaterThan(10);
  expect(taken.filter((file) => !mayShip(file))).toEqual([]);
});

test.each(['server/cli.ts', 'server/cluster/job/notes.py', 'bench/run.ts', 'models/corpus.tsv', 'dist/server.mjs.map'])(
  '%s may not ship',
  (file) => expect(mayShip(file)).toBe(false),
);

test('the addon does not say where it was built', () => {
  expect(readFileSync(addonPath()).includes(root)).toBe(false);
});
