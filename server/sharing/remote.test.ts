import { expect, test } from 'vitest';
import { resolveRemote } from './remote.ts';

const nowhere = '/nowhere';

test('the displayed address of a remote has no password, while git gets the full one', async () => {
  const url = 'https://ann:word@example.org/app.git';
  expect(await resolveRemote(nowhere, url)).toEqual({ name: 'https://example.org/app.git', url, pushUrl: url });
});

test('the message about a refused address has no password', async () => {
  await expect(resolveRemote(nowhere, 'http://ann:word@example.org/app.git')).rejects.toThrow(
    'The remote\'s address "http://example.org/app.git" is refused: http is not encrypted',
  );
});
