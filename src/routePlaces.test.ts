import { expect, test } from 'vitest';
import { routeFor } from '../server/adapters/routes.ts';
import { placesOf } from './routePlaces.ts';

test.each([
  ['services/pay/a.ts', 'services/pay/deep/b.ts', 'services/mail/a.ts'],
  ['app/[id]/page.tsx', 'app/[id]/edit/page.tsx', 'app/i/page.tsx'],
  ['app/[[...slug]]/page.tsx', 'app/[[...slug]]/layout.tsx', 'app/s/page.tsx'],
  ['what?/a.ts', 'what?/b.ts', 'whats/a.ts'],
  ['a*/b.ts', 'a*/c.ts', 'ab/c.ts'],
])('the route of the folder of %s covers %s and not %s', (path, inside, outside) => {
  const [folder] = placesOf(path, 'typescript');
  const routes = [{ ...folder, adapter: null }];
  expect([path, inside, outside].map((one) => routeFor(routes, one, 'typescript') !== null)).toEqual([
    true,
    true,
    false,
  ]);
});

test('a file at the top offers its language, and no folder', () => {
  expect(placesOf('a.ts', 'typescript')).toEqual([{ language: 'typescript' }]);
  expect(placesOf('web/a.ts', 'typescript')).toEqual([{ glob: '/web/' }, { language: 'typescript' }]);
});
