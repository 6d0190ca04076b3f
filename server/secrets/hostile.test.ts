import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findSecrets } from './scan.ts';
import { excessOf } from './testing/cost.ts';

/** What the rules begin with, split at and wait for. */
const atoms = [
  ...[
    'token:',
    'personnummer ',
    'cpf = 1',
    'password',
    'key',
    'login(',
    'auth',
    'mnemonic = [',
    'seed',
    'user:',
    'mysql -p',
    'curl -u ',
    'docker login -p ',
    'machine a login b password ',
    'chap-secrets ',
    'client server secret\n',
    'DB_PASS: letters\n',
    'authorization: "Bearer letters"',
    "auth: 'a:letters'",
    'kind: Secret',
    'secret)',
    'set_password(',
    'UPDATE settings SET value = ',
    ' WHERE name = ',
    'name="password" value=',
    'password for staging: ',
    '"admin", ',
    'a == "admin" && b == "',
    '"admin".equals(a) && "',
    '# log in with wifi a1@b.cd and ',
    'fromCharCode(104, 102, ',
    "{'a', 'b', ",
    'btoa("a:b1',
    'a1!b$A',
    "KEY_A = '",
    "KEY_B = '",
    'ConvertTo-SecureString ',
    'createHmac(a, ',
    'getConnection("a", ',
    "password').type('",
    "with: '",
    'put("password", "',
    '".equals(',
    "argument('--password', ",
    "default='",
    'Password Type="a" ',
    'passwords = {',
    'logins: [(',
    'INSERT INTO a (password) VALUES (',
    'insert into a values ',
    "('a','b'),",
    'password = left + right',
    "left = 'abcdef'",
    ':%s@',
    '".format(',
    '?token=',
    '&key=a1',
    '# login: a / b',
    '<!-- root / ',
    '{/* password was A',
    'mot de passe : ',
    '密码：',
    'ENV PW a',
    'password: >-',
    'htpasswd -b a ',
    ' | docker login --password-stdin',
    'data:',
    '# password for the demo is ',
    '# log in (mia, ',
    'sensitive = true { ',
    'COPY a (password) FROM stdin;',
    'ftp << a user b ',
    '<Password><Value>',
    'key_der = {1,2,3,4,5,6,7,8,9,',
    '0x30, 0x77, 0x02, 0x01, 0x01, 0x04, 0x20, ',
    '645a9-c06c4 ',
    '1. ugly 2. icon ',
    'RECOVERY CODES = [abc-de1, ',
    'users = [("a", "',
    'name,ssn,city 219-09-9999,',
    'card: 4539578763621486,',
    'DE89-3704-0044-',
    'process.env.KEY : "',
    '"ab cd".toCharArray(), ',
    'load("',
    '# Kennwort lautet A b ',
    'password = "lila Heide", ',
    'label = { password: "lila Heide", ',
    'password = "lila-heide-"',
    'def f(a, password) f("a","b") ',
    'parametrize("a,password", [("a","b"),',
    'users.get(a) == password ',
    'request.headers.get("x-token") != "',
    '# user: a, pass: b ',
    'A=a:bcdef curl -u $A ',
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
    'AB1C_',
    'pass ',
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

/** Repeats the pieces to a text of any length. */
const filled =
  (...pieces: readonly string[]) =>
  (length: number) => {
    const piece = pieces.join('');
    return piece.repeat(Math.ceil(length / piece.length)).slice(0, length);
  };
const search = (text: string) => findSecrets('src/a.ts', text);

it('many blanks after a name cost no more than other text', async () => {
  for (const name of ['token:', 'password =', 'login(', '"', 'http://', '# password', 'seed = ['])
    expect(await excessOf(search, (length) => `${name}${' '.repeat(length)}`), name).toBeNull();
}, 60_000);

it('many string prefixes in an argument cost no more than other text', async () => {
  for (const letters of ['b', 'rb', 'fF', '$@'])
    expect(await excessOf(search, filled(`hmac.new(${letters.repeat(40)}!"abc")\n`)), letters).toBeNull();
}, 60_000);

it.each(atoms)(
  'a long line of nothing but %j costs no more than other text',
  async (atom) => {
    expect(await excessOf(search, filled(atom))).toBeNull();
  },
  20_000,
);

it('a line with tens of thousands of findings costs no more than other text', async () => {
  for (const secret of ['xoxb-a-token:token:', 'postgres://svc:T9x!qW@db1/app '])
    expect(await excessOf(search, filled(secret)), secret).toBeNull();
}, 60_000);

it('lines of random pieces cost no more than other text', async () => {
  const pieces = fc.array(fc.tuple(fc.constantFrom(...atoms), fc.integer({ min: 1, max: 30 })), {
    minLength: 2,
    maxLength: 5,
  });
  await fc.assert(
    fc.asyncProperty(pieces, async (list) => {
      expect(await excessOf(search, filled(...list.map(([atom, times]) => atom.repeat(times))))).toBeNull();
    }),
    // Always the same texts, so that results are reproducible.
    { numRuns: 60, seed: 1 },
  );
}, 240_000);

describe('excessOf', () => {
  /** A search with a simulated cost, in units of a plain pass over one character. */
  const counted = (work: (length: number, run: number) => number) => {
    let spent = 0;
    let run = 0;
    const count = ({ length }: string): void => {
      spent += work(length, run++);
    };
    return excessOf(count, (length) => ' '.repeat(length), { spentMs: () => spent, msPerUnit: 1 });
  };
  const linear = (length: number): number => 15 * length;
  const square = (length: number): number => length ** 2 / 1024;

  it.each([
    ['quadratic work, although it is quick at all lengths that mining reads', square, /times as many/],
    ['quadratic work beside many linear passes', (n: number) => square(n) + linear(n), /times as many/],
    ['cubic work', (n: number) => n ** 3 / 1e6, /passes/],
    ['linear work that is too expensive', (n: number) => 2000 * n, /passes/],
  ])('reports %s', async (_, work, why) => {
    expect(await counted(work)).toMatch(why);
  });

  it.each([
    ['linear work', linear],
    ['linear work disturbed at the longest text', (n: number, run: number) => linear(n) * (run === 3 ? 40 : 1)],
    ['linear work on a machine that slows down', (n: number, run: number) => linear(n) * (run < 3 ? 1 : 4)],
    ['constant work', () => 3e7],
  ])('accepts %s', async (_, work) => {
    expect(await counted(work)).toBeNull();
  });

  it('tells backtracking from linear work by thread time', async () => {
    const blanks = (length: number) => `token:${' '.repeat(length)}`;
    // Quadratic or worse in backtracking engines: each of the three takes what the others leave.
    expect(await excessOf((text) => /token:\s*\s*\s*x/.test(text), blanks)).toMatch(/passes/);
    expect(await excessOf((text) => text.replace(/\s/g, '-').split('-'), blanks)).toBeNull();
  }, 60_000);
});
