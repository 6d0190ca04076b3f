import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readRoutes, removeRoutes, routeFor, samePlace, setRoute } from './routes.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'repotune-routes-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

it.each([
  ['services/pay/a.ts', 'typescript', 'pay'],
  ['services/pay/deep/b.py', 'python', 'pay'],
  ['services/mail/c.py', 'python', 'py-one'],
  ['notes.md', 'markdown', null],
  ['web/a.ts', 'typescript', undefined],
])('%s in %s is completed by %s', async (path, language, expected) => {
  await setRoute(dir, { glob: 'services/pay/', adapter: 'pay' });
  await setRoute(dir, { language: 'python', adapter: 'py-one' });
  await setRoute(dir, { glob: '*.md', language: 'markdown', adapter: null });
  const route = routeFor(await readRoutes(dir), path, language);
  expect(route === null ? undefined : route.adapter).toBe(expected);
});

it('a second route for the same place replaces the first and keeps its position', async () => {
  await setRoute(dir, { glob: 'a/', adapter: 'one' });
  await setRoute(dir, { glob: 'b/', adapter: 'two' });
  await setRoute(dir, { glob: 'a/', adapter: 'three' });
  expect((await readRoutes(dir)).map(({ adapter }) => adapter)).toEqual(['three', 'two']);
  expect(await removeRoutes(dir, (route) => samePlace(route, { glob: 'a/' }))).toHaveLength(1);
});

it.each([
  ['a route without a place', { adapter: 'one' }],
  ['a route whose adapter is not an id', { glob: 'a', adapter: '../x' }],
])('%s is refused', async (_title, route) => {
  await expect(setRoute(dir, route)).rejects.toThrow();
});

it('a damaged file of routes is an error that says to delete it', async () => {
  await writeFile(join(dir, 'routes.json'), '{');
  await expect(readRoutes(dir)).rejects.toThrow(/damaged. Delete it/);
});

it('as many routes are kept as can be read, and no pattern that could not', async () => {
  const routes = Array.from({ length: 200 }, (_, i) => ({ glob: `d${i}/`, adapter: null }));
  await writeFile(join(dir, 'routes.json'), JSON.stringify({ format: 1, routes }));
  await expect(setRoute(dir, { glob: 'x/', adapter: null })).rejects.toThrow(/^There are 200 routes already/);
  for (const glob of ['', 'x'.repeat(501)])
    await expect(setRoute(dir, { glob, adapter: null })).rejects.toThrow('A pattern of files has 1 to 500 characters.');
  expect(await readRoutes(dir)).toHaveLength(200);
  expect(await setRoute(dir, { glob: 'd7/', adapter: 'one' })).toHaveLength(200);
});
