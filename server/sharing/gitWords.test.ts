import { expect, it } from 'vitest';
import { tellingLine } from './gitWords.ts';

it.each([
  ['one of several, without its prefix', "fatal: couldn't find remote ref refs/x\n", "couldn't find remote ref refs/x"],
  [
    'what the remote says, before what follows from it',
    'remote: Counting objects: 3\rremote: fatal: the store is broken.\nfatal: the remote end hung up unexpectedly',
    'the store is broken',
  ],
  [
    'the first of git itself',
    'error: object file 4f is empty\nfatal: loose object 4f is corrupt',
    'object file 4f is empty',
  ],
  ['no hint', 'hint: try again\nfatal: bad object 40', 'bad object 40'],
  [
    'why a ref was refused',
    'To x\n!\tabc:refs/a\t[remote rejected] (hook declined)\nDone\nerror: failed to push some refs to x',
    'hook declined',
  ],
  [
    'what follows, where there is nothing else',
    'fatal: the remote end hung up unexpectedly',
    'the remote end hung up unexpectedly',
  ],
  ['a line without a prefix, where none has one', 'one\ntwo\n', 'two'],
  ['no signs for a terminal', 'fatal: \u001b[31mred\u0007', '[31mred'],
  ['nothing of nothing', '\n', ''],
])('of what git wrote a person is shown %s', (_, words, expected) => {
  expect(tellingLine(words)).toBe(expected);
});

it('a line that shows a known cause goes before one that follows from it', () => {
  const words =
    'ann@host: Permission denied (publickey).\nfatal: Could not read from remote repository.\n\nPlease make sure you have the correct access rights\nand the repository exists.';
  expect(tellingLine(words, /permission denied/i)).toBe('ann@host: Permission denied (publickey)');
});
