import { expect, it } from 'vitest';
import { explain, refused } from './errors.ts';

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

it('a sentence has the one line of git that says why behind it; the whole is kept as its cause, for the log', () => {
  const words =
    'ann@host: Permission denied (publickey).\nfatal: Could not read from remote repository.\n\nPlease make sure you have the correct access rights\nand the repository exists.';
  const { message, cause } = explain(new Error(words), 'listing');
  expect(message).toMatch(/^The remote refused access\..* \(ann@host: Permission denied \(publickey\)\)$/);
  expect(cause).toMatchObject({ message: words });
});

it('so has what a remote does not let anybody do', () => {
  const words =
    'To x\n!\tabc:refs/a\t[remote rejected] (pre-receive hook declined)\nDone\nerror: failed to push some refs to x';
  expect(refused('delete', words)).toMatchObject({
    problem: 'no-permission',
    message: 'The remote does not let you delete (pre-receive hook declined).',
    cause: { message: words },
  });
});
