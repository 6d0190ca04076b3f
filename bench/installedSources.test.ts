/** Commands that few people start read files of installed packages: a package that goes from package.json must not be missed there. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot } from '../server/storage/paths.ts';

test('files of packages that benchmarks and checks read are installed', () => {
  const sources = execFileSync('git', ['ls-files', '--', 'bench/*.ts'], { cwd: packageRoot, encoding: 'utf8' })
    .split('\n')
    .filter((path) => path !== '' && !path.endsWith('.test.ts'));
  const named = sources.flatMap((source) =>
    [...readFileSync(join(packageRoot, source), 'utf8').matchAll(/packageRoot, 'node_modules'((?:, '[^']+')+)\)/g)].map(
      ([, parts = '']) => [
        source,
        join('node_modules', ...[...parts.matchAll(/'([^']+)'/g)].map(([, part = '']) => part)),
      ],
    ),
  );
  expect(named.length).toBeGreaterThan(3);
  expect(named.filter(([, path = '']) => !existsSync(join(packageRoot, path)))).toEqual([]);
});
