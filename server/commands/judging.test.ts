import { expect, it } from 'vitest';
import { bundledModelPath } from '../storage/paths.ts';
import { judgingArguments, reasonAtHand } from './judging.ts';

it.each<[string | null, readonly string[]]>([
  [null, []],
  [bundledModelPath(), []],
  ['/data/my models/coder.gguf', ['--model', '/data/my models/coder.gguf']],
])('measures a pulled adapter on its own base: %s', (base, words) =>
  expect(judgingArguments('/code', 'a-1', base)).toEqual(['/code', '--adapter', 'a-1', '--activate', ...words]),
);

it.each<[string, string, string, string]>([
  ['here, on the bundled base', '.', bundledModelPath(), 'repotune eval --adapter a-1 --activate'],
  ['elsewhere', '/code', bundledModelPath(), 'repotune eval /code --adapter a-1 --activate'],
  [
    'elsewhere, on another base',
    "/my code's",
    '/coder.gguf',
    "repotune eval '/my code'\\''s' --adapter a-1 --activate --model /coder.gguf",
  ],
])('after a tune %s, the verdict names the command that measures its adapter there', (_, folder, base, command) => {
  const said = (words: string): string => `Kept. Choose Measure Again (on the command line: ${words}). Too short.`;
  expect(reasonAtHand(said('repotune eval --adapter a-1 --activate'), folder, 'a-1', base)).toBe(said(command));
  expect(reasonAtHand('Activated: better.', folder, 'a-1', base)).toBe('Activated: better.');
});
