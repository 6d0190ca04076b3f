import { expect, test } from 'vitest';
import { counted, duration, fileSize, grid, limit, megabytes, toldApart } from './format.ts';

test.each([
  [0.4, '0 s'],
  [59, '59 s'],
  [61, '1 min 1 s'],
  [119.7, '2 min 0 s'],
  [7322, '2 h 2 min'],
])('%d seconds read as %s', (seconds, text) => {
  expect(duration(seconds)).toBe(text);
});

test.each([
  [1.5, '1.5 min'],
  [27, '27 min'],
  [90, '1 h 30 min'],
  [1440, '24 h'],
])('a limit of %d minutes reads as %s', (minutes, text) => {
  expect(limit(minutes)).toBe(text);
});

test.each([
  [0, '0 files'],
  [1, '1 file'],
  [12, '12 files'],
  [12_345, '12,345 files'],
])('%d files read as %s', (count, text) => {
  expect(counted(count, 'file')).toBe(text);
});

test.each([
  [999_000, '1.0 MB', '1 MB'],
  [143e6, '143 MB', '143 MB'],
  [1.65e9, '1650 MB', '1.6 GB'],
])('%d bytes read as %s, and of a download as %s', (bytes, text, ofDownload) => {
  expect([megabytes(bytes), fileSize(bytes)]).toEqual([text, ofDownload]);
});

test.each([
  [10.2, 40.4, 0, ['10', '40']],
  [1.6, 2.4, 0, ['1.6', '2.4']],
  [6, 1, 1, ['6.0', '1.0']],
  [1.24, 1.16, 1, ['1.24', '1.16']],
  [0.00001, 0.00002, 0, ['0.000', '0.000']],
])('%d and %d are told apart', (one, other, leastDigits, texts) => {
  expect(toldApart(one, other, leastDigits)).toEqual(texts);
});

test('a table aligns figures to the right and words to the left', () => {
  const rows = [
    ['coder-0.5b', 'fits', '531 MB', '-'],
    ['coder-7b', 'slow here', '12 MB', '-0.5'],
  ];
  expect(grid(['model', 'fit', 'size', 'change'], rows)).toBe(
    [
      'model       fit          size  change',
      'coder-0.5b  fits       531 MB       -',
      'coder-7b    slow here   12 MB    -0.5',
    ].join('\n'),
  );
});
