import { expect, it } from 'vitest';
import { isSecretFile } from './fileNames.ts';
import { findSecrets } from './scan.ts';

/** Generated, so that no repository scanner takes this file for a leak. */
const random = (length: number) => 'kT7xQ2mZ9vL4pR8wN3bY6cJ1hF5gD0sA'.repeat(4).slice(0, length);

it.each([
  ['a password with a digit and a symbol', `password = "${random(7)}!9x"`],
  ['an API key under a telling name', `const apiKey = '${random(24)}';`],
  ['a key in a map', `{ "client_secret": "${random(28)}" }`],
  ['a Ruby hash', `:token => "${random(20)}"`],
  ['a typed constant', `private static final String SECRET_KEY = "${random(26)}";`],
  ['a random token under a bland name', `value = "${random(40)}"`],
  ['a bearer token', `Authorization: Bearer ${random(32)}`],
  ['a password in a URL', `url = "amqp://svc:${random(12)}@queue.internal/v"`],
])('finds %s', async (_, line) => {
  const text = `import x\n${line}\nend\n`;
  const found = await findSecrets('src/a.py', text);
  expect(found.length).toBeGreaterThan(0);
  expect(found.every(({ start, end }) => start >= 9 && end <= 9 + line.length)).toBe(true);
});

it('no comment in a file switches secretlint off', async () => {
  // A kind that only secretlint knows.
  const line = `const hook = 'sk-ant-api03-${random(93)}AA';`;
  const found = await findSecrets('src/a.ts', `${line}\n`);
  expect(found.map(({ rule }) => rule).join()).toContain('secretlint');
  for (const off of ['/* secretlint-disable */\n', '// secretlint-disable-next-line\n']) {
    const rules = (await findSecrets('src/a.ts', `${off}${line} // secretlint-disable-line\n`)).map(({ rule }) => rule);
    expect(rules).toEqual(found.map(({ rule }) => rule));
  }
});

it.each([
  ['a placeholder', `password = "changeme-please1"`],
  ['a name of a header', `tokenHeader = "X-Request-Token-V2"`],
  ['a reference to the environment', `apiKey = process.env.API_KEY ?? ''`],
  ['an alphabet', `const base62 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';`],
  ['an integrity hash', `integrity="sha512-${random(60)}=="`],
  [
    'a commit in a link',
    `// https://example.com/org/project/blob/b07c100bfc66013a8444172d00cfa04c9ceb5a97/src/Main.cs`,
  ],
  ['a long camel case name', `const handleAuthenticationTokenRefreshFailure2 = createTokenRefreshFailureHandlerV2();`],
  ['a sentence', `passwordHint: 'At least 8 characters and 1 digit'`],
  ['a macro', '_GLIBCXX20_CONSTEXPR void swap(T &a); HWCAP2_SME_I16I32'],
  [
    'the line below a pass statement',
    'try:\n    open()\nexcept OSError:\n    pass\n\n__all__.extend(["makedirs", "renames"])',
  ],
  ['the line below a pass statement after a colon', 'class Odd(Error): pass\n\nraised(["makedirs"])'],
  ['an issue beside a pass statement', 'except OSError:\n    pass  # gh-128066: read-only'],
  ['an encoding', "self.password.encode('ascii'), challenge"],
  ['an f-string placeholder', "print(f'password={password!r}')"],
  ['a commit id', `revision = "8892bf648cfec111e6e7ddd9f30e932b0371db68"`],
])('finds nothing in %s', async (_, line) => {
  expect(await findSecrets('src/a.ts', `${line}\n`)).toEqual([]);
});

it.each([
  ['.env', true],
  ['config/.env.production', true],
  ['.env.example', false],
  ['deploy/id_ed25519', true],
  ['certs/server.pem', true],
  ['src/secrets.ts', true],
  ['src/secretsScanner.ts', false],
  ['credentials.json', true],
  ['src/keyboard.ts', false],
])('%s: secret file is %s', (path, secret) => {
  expect(isSecretFile(path)).toBe(secret);
});
