import { expect, test } from 'vitest';
import { ScratchRepository } from '../mining/testing.ts';
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

test.each(['../remote.git', './inside.git', 'inside.git', 'a/b', '..\\remote.git'])(
  'an address relative to the repository is refused in words that say what to give: %s',
  async (url) => {
    using repository = new ScratchRepository();
    repository.git('remote', 'add', 'origin', url);
    const advice =
      /is refused: a path relative to the repository may lead to a folder that came with it\. .* full path\.$/;
    await expect(resolveRemote(repository.root)).rejects.toThrow(advice);
    if (url.startsWith('.')) await expect(resolveRemote(repository.root, url)).rejects.toThrow(advice);
  },
);
