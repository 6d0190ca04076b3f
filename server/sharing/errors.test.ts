import { expect, it } from 'vitest';
import { GitError } from '../git/errors.ts';
import { explain, refused } from './errors.ts';

it.each([
  ['fatal: unable to access https://x.org/: The requested URL returned error: 403', 'no-permission'],
  ['fatal: unable to access https://x.org/: The requested URL returned error: 401', 'no-permission'],
  ['error: RPC failed; HTTP 403 curl 22 The requested URL returned error: 403', 'no-permission'],
  ['remote: HTTP/1.1 401 Unauthorized', 'no-permission'],
  ["fatal: couldn't find remote ref refs/repotune/set/manifest/20260403-101500-aaaaaaaa", 'failed'],
  ['fatal: bad object 4010000000000000000000000000000000000000', 'failed'],
  ['fatal: the remote end hung up unexpectedly: error 4015', 'failed'],
])('git’s output "%s" is classified as %s', (words, problem) => {
  expect(explain(new Error(words), 'listing').problem).toBe(problem);
});

it.each([
  ['no-git-program', 'The program git was not found: install git and make sure it is on the PATH.', 'failed'],
  [
    'not-started',
    'The program /bin/git may not be executed (EACCES). Give your user the right to execute it.',
    'failed',
  ],
  ['refused', 'git refuses to work in /code. Mend it. It says: permission denied', 'failed'],
  ['unanswered', 'The remote has said nothing for 8 seconds. Check the network.', 'unreachable'],
] as const)('a GitError keeps its message and is no permission error: %s', (problem, sentence, kind) => {
  expect(explain(new GitError(problem, sentence), 'listing')).toMatchObject({ problem: kind, message: sentence });
});

it('a message ends with the line of git’s output that tells why, and the whole output is its cause', () => {
  const words =
    'ann@host: Permission denied (publickey).\nfatal: Could not read from remote repository.\n\nPlease make sure you have the correct access rights\nand the repository exists.';
  const { message, cause } = explain(new Error(words), 'listing');
  expect(message).toMatch(/^The remote refused access\..* \(ann@host: Permission denied \(publickey\)\)$/);
  expect(cause).toMatchObject({ message: words });
});

it('a rejected push is reported as missing permission with the remote’s reason, and the output is its cause', () => {
  const words =
    'To x\n!\tabc:refs/a\t[remote rejected] (pre-receive hook declined)\nDone\nerror: failed to push some refs to x';
  expect(refused('delete', words)).toMatchObject({
    problem: 'no-permission',
    message: expect.stringMatching(
      /^The remote does not let you delete \(pre-receive hook declined\)\. Ask whoever runs it/,
    ),
    cause: { message: words },
  });
});
