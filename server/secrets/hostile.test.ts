import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findSecrets } from './scan.ts';
import { excessOf } from './testing/cost.ts';

/** What the rules begin with, part and wait for. */
const atoms = [
  ...[
    'token:',
    'password',
    'key',
    'login(',
    'auth',
    'mnemonic = [',
    'seed',
    'user:',
    'mysql -p',
    'curl -u ',
    'kind: Secret',
    'secret)',
    'set_password(',
    'UPDATE settings SET value = ',
    ' WHERE name = ',
    'name="password" value=',
    'password for staging: ',
    '"admin", ',
    "KEY_A = '",
    "KEY_B = '",
    'ConvertTo-SecureString ',
    ' | docker login --password-stdin',
    'data:',
  ],
  ...[
    'ghp_',
    'sk-',
    'eyJ',
    'AKIA',
    'A3T',
    'xoxb-a-',
    'SG.a.',
    '_authToken=',
    'mongodb://',
    'http://a:',
    '://',
    '@tcp(',
    '?sig=',
    'hooks.',
  ],
  ...[
    '-----BEGIN ',
    'PRIVATE KEY',
    '$ANSIBLE_VAULT',
    '0x1f, ',
    '" + "',
    "', '",
    '.join',
    'append("',
    '"x" "y" ',
    'abc def ghi ',
    '\\n',
    '\\"',
  ],
  ...[
    'd41d8cd98f00b204',
    'ABCD-',
    'aB3',
    ' ',
    '\t',
    "'",
    '"',
    '`',
    '\\',
    '\n',
    '=',
    ':',
    '@',
    '/',
    'a',
    'A',
    '0',
    '+',
    '.',
    ',',
    '(',
    ')',
    '[',
    ']',
    '{',
    '#',
    '//',
    '* ',
    '|',
    '<',
    'é',
  ],
];

/** A text of any length that repeats the pieces. */
const filled =
  (...pieces: readonly string[]) =>
  (length: number) => {
    const piece = pieces.join('');
    return piece.repeat(Math.ceil(length / piece.length)).slice(0, length);
  };
const search = (text: string) => findSecrets('src/a.ts', text);

it('blanks behind a name cost no more than other text, however many they are', async () => {
  for (const name of ['token:', 'password =', 'login(', '"', 'http://', '# password', 'seed = ['])
    expect(await excessOf(search, (length) => `${name}${' '.repeat(length)}`), name).toBeNull();
}, 60_000);

it.each(atoms)(
  'a line of %j alone costs no more than other text, however long it is',
  async (atom) => {
    expect(await excessOf(search, filled(atom))).toBeNull();
  },
  20_000,
);

it('nor do lines of any of them', async () => {
  const pieces = fc.array(fc.tuple(fc.constantFrom(...atoms), fc.integer({ min: 1, max: 30 })), {
    minLength: 2,
    maxLength: 5,
  });
  await fc.assert(
    fc.asyncProperty(pieces, async (list) => {
      expect(await excessOf(search, filled(...list.map(([atom, times]) => atom.repeat(times))))).toBeNull();
    }),
    { numRuns: 60 },
  );
}, 240_000);

describe('a rule whose work grows faster than the text is noticed', () => {
  const blanks = (length: number) => `token:${' '.repeat(length)}`;

  it('with the cube', async () => {
    // No engine without a way back has this: each of the three takes what the others leave.
    expect(await excessOf((text) => /token:\s*\s*\s*x/.test(text), blanks)).toMatch(/passes/);
  }, 60_000);

  it('with the square, although it is quick at all lengths that mining reads', async () => {
    const toTheEnd = (text: string) => {
      let sum = 0;
      for (let from = 0; from < text.length; from += 512)
        for (let at = from; at < text.length; at++) sum = (sum + text.charCodeAt(at)) | 0;
      return sum;
    };
    expect(await excessOf(toTheEnd, blanks)).toMatch(/times as many/);
  }, 60_000);

  it('and a linear one is not', async () => {
    expect(await excessOf((text) => text.replace(/\s/g, '-').split('-'), blanks)).toBeNull();
  }, 60_000);
});
