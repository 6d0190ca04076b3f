import { expect, test } from 'vitest';
import type { Dataset, FileVerdict, Pair } from '../mining/types.ts';
import { previewOf } from './preview.ts';

const taken = (path: string, language: string): FileVerdict => ({ path, language, bytes: 100, verdict: 'taken' });
const left = (path: string, reason: string): FileVerdict => ({
  path,
  language: null,
  bytes: 9,
  verdict: 'left-out',
  reason,
});
const pair = (language: string, split: Pair['split']): Pair => ({
  path: 'a',
  language,
  kind: 'block',
  split,
  commit: '',
  startByte: 0,
  endByte: 1,
  prefix: '',
  middle: 'x',
  suffix: '',
  context: '',
});

const dataset = {
  files: [
    taken('a.py', 'python'),
    taken('b.ts', 'typescript'),
    taken('c.ts', 'typescript'),
    left('x.min.js', 'minified'),
    left('d.ts', 'duplicate of c.ts'),
    left('e.ts', 'duplicate of b.ts'),
  ],
  pairs: [
    pair('typescript', 'train'),
    pair('typescript', 'train'),
    pair('python', 'train'),
    pair('typescript', 'held-out'),
  ],
  warnings: ['Shallow clone.'],
} as unknown as Dataset;

test('a preview counts files and pairs by language, most pairs first', () => {
  const { languages, trainPairs, heldOutPairs } = previewOf(dataset, '/code');
  expect(languages).toEqual([
    { language: 'typescript', files: 2, pairs: 3 },
    { language: 'python', files: 1, pairs: 1 },
  ]);
  expect([trainPairs, heldOutPairs]).toEqual([3, 1]);
});

test('counts left-out files by the kind of reason, whichever file each reason names', () => {
  expect(previewOf(dataset, '/code').leftOut).toEqual([
    { reason: 'duplicate', files: 2, examples: ['d.ts', 'e.ts'] },
    { reason: 'minified', files: 1, examples: ['x.min.js'] },
  ]);
});
