import { expect, test } from 'vitest';
import { silentEnd } from './silentEnd.ts';

test.each([
  [{ code: 3, signal: null }, 'The run ended without saying why (exit code 3). "Repotune: Doctor" checks this machine'],
  [{ code: null, signal: 'SIGSEGV' }, 'The run ended without saying why (SIGSEGV). "Repotune: Doctor" checks'],
  [{ code: null, signal: 'SIGKILL' }, 'The run was killed, by hand or because memory ran out. Close other programs'],
])('says what may help after %j', (end, words) => {
  expect(silentEnd('The run', end)).toContain(words);
});
