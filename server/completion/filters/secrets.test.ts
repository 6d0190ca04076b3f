import { expect, test } from 'vitest';
import { secretKinds } from '../../../bench/plantedSecrets.ts';
import { secrets } from './secrets.ts';
import { applied } from './testing.ts';

test.each(secretKinds.map(({ name, variable, make }) => [name, variable, make(`offered ${name}`)] as const))(
  '%s is not offered, whole or from the middle of its line',
  async (_name, variable, secret) => {
    expect(await applied(secrets, '║', `const ${variable} = '${secret}';`)).toBe('dropped: looks like a secret');
    expect(await applied(secrets, `const ${variable} = '║';`, `${secret}'`)).toBe('dropped: looks like a secret');
  },
);

test.each([
  ['a placeholder', "const apiKey = '║';", 'your-api-key-here', "const apiKey = '⟦your-api-key-here⟧';"],
  [
    'a call',
    'const token = ║;',
    'await readToken(request.headers)',
    'const token = ⟦await readToken(request.headers)⟧;',
  ],
  [
    'a long name',
    'const x = ║;',
    'createCompletionEngineWithDefaults',
    'const x = ⟦createCompletionEngineWithDefaults⟧;',
  ],
  [
    'an import',
    "import { x } from '║';",
    '../adapters/peft/interchange',
    "import { x } from '⟦../adapters/peft/interchange⟧';",
  ],
])('%s is offered', async (_name, marked, generated, expected) => {
  expect(await applied(secrets, marked, generated)).toBe(expected);
});

test('a secret with a gap or a wrong prefix is not offered either, but ordinary text is', async () => {
  const line = "const gitlabToken = '║';";
  expect(await applied(secrets, line, "rbrppat-m0Cyz lb85pK6FeHDuqW';")).toBe('dropped: looks like a secret');
  expect(await applied(secrets, line, 'the token of the project')).toContain('⟦the token of the project⟧');
  expect(await applied(secrets, "log('GitLab says', '║');", 'no such project 12345678')).toContain('⟦');
});

test('a key that is too short is not offered; one in the document, a short hash and zeros are', async () => {
  const key = 'SKdb5131a223e030cb5f5d9ad881c1e1';
  expect(await applied(secrets, "const sid = '║';", key)).toBe('dropped: looks like a secret');
  expect(await applied(secrets, "const sid = 'SKdb5131║';", key.slice(8))).toBe('dropped: looks like a secret');
  expect(await applied(secrets, `pin('${key}');\npin('║');`, key)).toContain('⟦');
  expect(await applied(secrets, "const commit = '║';", '0a1b2c3d4e5f')).toContain('⟦');
  expect(await applied(secrets, 'const zero = ║;', '0x000000000000000000000000')).toContain('⟦');
});

test('a secret before the cursor does not suppress the text after it', async () => {
  const [kind] = secretKinds;
  const line = `connect('${kind!.make('before')}', ║);`;
  expect(await applied(secrets, line, 'options')).toContain('⟦options⟧');
});
