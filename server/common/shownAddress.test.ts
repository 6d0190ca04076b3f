import { expect, test } from 'vitest';
import { shownAddress } from './shownAddress.ts';

test.each([
  ['origin', 'origin'],
  ['git@example.org:team/app.git', 'git@example.org:team/app.git'],
  ['https://example.org/team/app.git', 'https://example.org/team/app.git'],
  ['https://ann:word@example.org/team/app.git', 'https://example.org/team/app.git'],
  ['https://ghp_token@example.org/a@b.git', 'https://example.org/a@b.git'],
  ['HTTP://ann:w@rd@127.0.0.1:8080/', 'HTTP://127.0.0.1:8080/'],
  ['ssh://git@example.org/app.git', 'ssh://git@example.org/app.git'],
  ['ssh://ann:word@example.org/app.git', 'ssh://ann@example.org/app.git'],
])('%s is shown as %s', (address, shown) => {
  expect(shownAddress(address)).toBe(shown);
});
