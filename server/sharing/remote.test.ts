import { expect, test } from 'vitest';
import { resolveRemote } from './remote.ts';

const nowhere = '/nowhere';

test('an address that is told to people is without its password, and git gets it whole', async () => {
  const url = 'https://ann:word@example.org/app.git';
  expect(await resolveRemote(nowhere, url)).toEqual({ name: 'https://example.org/app.git', url, pushUrl: url });
});

test('what is said of one that is refused is without it too: it is logged', async () => {
  await expect(resolveRemote(nowhere, 'http://ann:word@example.org/app.git')).rejects.toThrow(
    'The remote\'s address "http://example.org/app.git" is refused: http is not encrypted',
  );
});
