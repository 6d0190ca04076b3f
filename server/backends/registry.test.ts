import { afterEach, expect, test, vi } from 'vitest';
import { backendDownload } from '../common/backendCatalogue.ts';
import { archiveUrl } from './registry.ts';

afterEach(() => vi.unstubAllGlobals());

const cuda = backendDownload('cuda', 'linux-x64')!;

test.each([
  ['the public one', 'https://registry.npmjs.org/', 'https://registry.npmjs.org/'],
  ['one below a path', 'https://host.example/api/npm/', 'https://host.example/api/npm/'],
  ['one whose path has no slash at its end', 'https://host.example/api/npm', 'https://host.example/api/npm/'],
])('takes an archive from below the registry that the package was built for: %s', async (_, registry, below) => {
  vi.stubGlobal('REPOTUNE_REGISTRY', registry);
  expect(await archiveUrl(cuda)).toBe(`${below}${cuda.archive}`);
});
