import { expect, it } from 'vitest';
import { tellingLine } from './gitWords.ts';

it.each([
  ['loses its prefix', "fatal: couldn't find remote ref refs/x\n", "couldn't find remote ref refs/x"],
  [
    'is what the remote says, rather than what follows from it',
    'remote: Counting objects: 3\rremote: fatal: the store is broken.\nfatal: the remote end hung up unexpectedly',
    'the store is broken',
  ],
  [
    'is the first error of git itself',
    'error: object file 4f is empty\nfatal: loose object 4f is corrupt',
    'object file 4f is empty',
  ],
  ['is not a hint', 'hint: try again\nfatal: bad object 40', 'bad object 40'],
  [
    'is the reason why a ref was refused',
    'To x\n!\tabc:refs/a\t[remote rejected] (hook declined)\nDone\nerror: failed to push some refs to x',
    'hook declined',
  ],
  [
    'is a follow-up error where there is nothing else',
    'fatal: the remote end hung up unexpectedly',
    'the remote end hung up unexpectedly',
  ],
  ['is the last line where none has a prefix', 'one\ntwo\n', 'two'],
  ['has no control characters', 'fatal: \u001b[31mred\u0007', '[31mred'],
  ['is empty for empty output', '\n', ''],
])('the telling line of git’s output %s', (_, words, expected) => {
  expect(tellingLine(words)).toBe(expected);
});

it('a line that matches a known cause is preferred to one that follows from it', () => {
  const words =
    'ann@host: Permission denied (publickey).\nfatal: Could not read from remote repository.\n\nPlease make sure you have the correct access rights\nand the repository exists.';
  expect(tellingLine(words, /permission denied/i)).toBe('ann@host: Permission denied (publickey)');
});
