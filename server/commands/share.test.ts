import { expect, it } from 'vitest';
import { bundledModelPath } from '../storage/paths.ts';
import { judgingArguments, prunedText } from './share.ts';
import { quoted } from './terminal.ts';

it.each<[readonly string[], number, boolean, string]>([
  [[], 0, false, 'There is no version to delete.'],
  [['a', 'b'], 0, true, 'Deleted: a, b'],
  [['a'], 1, false, 'Would delete: a, 1 part of an unfinished upload'],
  [[], 3, true, 'Deleted: 3 parts of unfinished uploads'],
])('of %j and %d parts, deleted %j: %s', (versions, orphanParts, done, text) =>
  expect(prunedText(versions, orphanParts, done)).toBe(text),
);

it.each<[string | null, readonly string[]]>([
  [null, []],
  [bundledModelPath(), []],
  ['/data/my models/coder.gguf', ['--model', '/data/my models/coder.gguf']],
])('an adapter that was pulled is measured on its own base: %s', (base, words) =>
  expect(judgingArguments('/code', 'a-1', base)).toEqual(['/code', '--adapter', 'a-1', '--activate', ...words]),
);

it.each([
  ['/data/coder-0.5b.gguf', '/data/coder-0.5b.gguf'],
  ['/data/my models/coder.gguf', '"/data/my models/coder.gguf"'],
  ['C:\\data\\coder.gguf', 'C:\\data\\coder.gguf'],
])('%s is shown as %s', (word, shown) => expect(quoted(word)).toBe(shown));
