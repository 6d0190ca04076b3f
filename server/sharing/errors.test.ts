import { expect, it } from 'vitest';
import { explain } from './errors.ts';

it.each([
  ['fatal: unable to access https://x.org/: The requested URL returned error: 403', 'no-permission'],
  ['fatal: unable to access https://x.org/: The requested URL returned error: 401', 'no-permission'],
  ['error: RPC failed; HTTP 403 curl 22 The requested URL returned error: 403', 'no-permission'],
  ['remote: HTTP/1.1 401 Unauthorized', 'no-permission'],
  ["fatal: couldn't find remote ref refs/repotune/set/manifest/20260403-101500-aaaaaaaa", 'failed'],
  ['fatal: bad object 4010000000000000000000000000000000000000', 'failed'],
  ['fatal: the remote end hung up unexpectedly: error 4015', 'failed'],
])('%s: %s', (words, problem) => {
  expect(explain(new Error(words), 'listing').problem).toBe(problem);
});
