import fc from 'fast-check';
import { expect, it } from 'vitest';
import { findSecrets } from './scan.ts';

/** CPU time of a search on two slow cores, in milliseconds, for a line of 100 kB. */
const most = 200;
const length = 100_000;

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
    '{',
    '#',
    '//',
    '* ',
    '|',
    '<',
    'é',
  ],
];

const fill = (pieces: readonly string[]) => {
  const piece = pieces.join('');
  return piece.repeat(Math.ceil(length / piece.length)).slice(0, length);
};

/** The least of a few tries: other work on the machine, and code not yet compiled, are not the rules' time. */
async function leastTime(text: string): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 4 && least >= most; i++) {
    const started = process.cpuUsage();
    await findSecrets('src/a.ts', text);
    const { user, system } = process.cpuUsage(started);
    least = Math.min(least, (user + system) / 1000);
  }
  return least;
}

it('2,000 blanks behind a name, and a hundred thousand, cost no time', async () => {
  for (const name of ['token:', 'password =', 'login(', '"', 'http://', '# password', 'seed = ['])
    for (const blanks of [2_000, length])
      expect(await leastTime(`${name}${' '.repeat(blanks)}`), name).toBeLessThan(most);
}, 60_000);

it.each(atoms)(
  'a line of %j alone ends in time',
  async (atom) => {
    expect(await leastTime(fill([atom]))).toBeLessThan(most);
  },
  20_000,
);

it('lines of any of them end in time', async () => {
  const pieces = fc.array(fc.tuple(fc.constantFrom(...atoms), fc.integer({ min: 1, max: 30 })), {
    minLength: 2,
    maxLength: 5,
  });
  await fc.assert(
    fc.asyncProperty(pieces, async (list) => {
      expect(await leastTime(fill(list.map(([atom, times]) => atom.repeat(times))))).toBeLessThan(most);
    }),
    { numRuns: 60 },
  );
}, 120_000);
