import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const documents = execFileSync('git', ['ls-files', '*.md'], { cwd: root, encoding: 'utf8' })
  .split('\n')
  .filter((path) => path !== '' && !path.startsWith('test/fixtures/'));

/** Paths of the checkout in code spans that name a single file: `server/cli.ts`, not `native/build/…` or `*.ts`. */
function pathsIn(text: string): string[] {
  const spans = [...text.matchAll(/`([^`\n]+)`/g)].map(([, span]) => span as string);
  return spans.filter((span) =>
    /^(?:server|src|webview|native|bench|script|test|docs|models|media)\/[\w./-]+\.\w+$/.test(span),
  );
}

test.each(documents)('%s names only files that exist', (document) => {
  const missing = pathsIn(readFileSync(join(root, document), 'utf8')).filter(
    (path) => !existsSync(join(root, path)) && !path.startsWith('native/build/'),
  );
  expect(missing).toEqual([]);
});

test('bench/README.md has a row for every check and every benchmark', () => {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  const table = readFileSync(join(root, 'bench/README.md'), 'utf8');
  const checks = Object.keys(scripts).filter((name) => /^check:(?!types$|lint$)/.test(name));
  const benches = [...readFileSync(join(root, 'bench/run.ts'), 'utf8').matchAll(/^ {2}'([\w-]+)',$/gm)].map(
    ([, name]) => name,
  );
  expect(benches.length).toBeGreaterThan(5);
  const missing = [
    ...checks.map((name) => `npm run ${name}`),
    ...benches.map((name) => `npm run bench -- ${name}`),
  ].filter((command) => !new RegExp(`^\\| \`${command}[ \`]`, 'm').test(table));
  expect(missing).toEqual([]);
});

test('each walk through the code names at most 25 files', () => {
  const walks = readFileSync(join(root, 'CONTRIBUTING.md'), 'utf8')
    .split('\n\n')
    .filter((part) => part.includes(' → '))
    .map((part) => pathsIn(part).length);
  expect(walks).toHaveLength(3);
  for (const files of walks) expect(files).toBeLessThanOrEqual(25);
});
