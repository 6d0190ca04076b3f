import { expect, it } from 'vitest';
import { beyondNodes } from './trusted.ts';

it.each<[string, (kind?: string) => string[], string[] | null]>([
  [
    'are added where the system has more',
    (kind) => (kind === 'system' ? ['b', 'company'] : ['a', 'b']),
    ['a', 'b', 'company'],
  ],
  [
    "leave Node's own list as it is where the system has no more",
    (kind) => (kind === 'system' ? ['b'] : ['a', 'b']),
    null,
  ],
  [
    'are left out where the store cannot be read',
    () => {
      throw new Error('no store');
    },
    null,
  ],
])('authorities of the system %s', (_, authorities, ca) => {
  expect(beyondNodes(authorities)).toEqual(ca === null ? null : { ca });
});
