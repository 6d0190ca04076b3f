import { expect, test } from 'vitest';
import { lastWords } from './lastWords.ts';

test.each([
  [
    'an error that Node prints below the code it comes from',
    [
      'file:///dist/engine.mjs:7',
      `${'var error=1;'.repeat(400)}`,
      '^',
      'Error: Cannot find the addon',
      '    at f (a.mjs:1:2)',
    ],
    'Error: Cannot find the addon',
  ],
  [
    'an error whose message names several long paths',
    [`Error: ${'/a/long/path '.repeat(50)}cannot be loaded`, '    at f (a.mjs:1:2)'],
    `Error: ${'/a/long/path '.repeat(50)}cannot be loaded`,
  ],
  [
    "an out-of-memory error below the collector's trace",
    [
      '<--- Last few GCs --->',
      '[7:0x1]  52 ms: Scavenge 1.2 (3.4) -> 1.1 (3.4) MB, allocation failure;',
      'FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory',
      '----- Native stack trace -----',
    ],
    'FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory',
  ],
  [
    'an abort of ggml',
    ['/x/ggml.c:12: GGML_ASSERT(n > 0) failed', '0  libggml', '1  node'],
    '/x/ggml.c:12: GGML_ASSERT(n > 0) failed',
  ],
  ['otherwise the last line', ['one', 'two'], 'two'],
  ['nothing of an endless line', ['', `${'x'.repeat(5000)}`], undefined],
])('picks %s', (_name, stderr, expected) => expect(lastWords(stderr)).toBe(expected));
