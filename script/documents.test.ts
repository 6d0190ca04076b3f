import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const documents = execFileSync('git', ['ls-files', '*.md'], { cwd: root, encoding: 'utf8' })
  .split('\n')
  .filter((path) => path !== '' && !path.startsWith('test/fixtures/'));

/** Paths of the checkout in code spans, as far as they name one file: `server/cli.ts`, not `native/build/…` or `*.ts`. */
function pathsIn(text: string): string[] {
  const spans = [...text.matchAll(/`([^`\n]+)`/g)].map(([, span]) => span as string);
  return spans.filter((span) =>
    /^(?:server|src|webview|native|bench|script|test|docs|models|media)\/[\w./-]+\.\w+$/.test(span),
  );
}

test.each(documents)('%s names files that are there', (document) => {
  const missing = pathsIn(readFileSync(join(root, document), 'utf8')).filter(
    (path) => !existsSync(join(root, path)) && !path.startsWith('native/build/'),
  );
  expect(missing).toEqual([]);
});
