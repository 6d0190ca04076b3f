import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What the packaged command line prints at a cursor: from the base, or from the adapter that is active. */
export function completeByCommandLine({ extension, folder, cursor, source }) {
  const place = `${join(folder, cursor.path)}:${cursor.line}:${cursor.column}`;
  const args = [
    join(extension, 'dist', 'cli.mjs'),
    'complete',
    place,
    '--invoked',
    ...(source === 'base' ? ['--base'] : []),
  ];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', cwd: folder });
  if (status !== 0) throw new Error(`repotune complete ${place} ended with ${status}: ${stderr}`);
  return stdout.replace(/\n$/, '');
}

/** Lines whose statement a person might be about to write. */
const beginning = /^(\s+(?:const|let) \w+ = (?:await )?|\s+return |\s+if \()\S/;
const candidates = ['src/lib/list-models.ts', 'src/lib/commit.ts', 'src/lib/list-files.ts'];

/**
 * The first place in real code where both answer, and not the same. The rest of the line is taken away there, as if it were
 * about to be written; the file stays so.
 */
export function chooseCursor({ extension, folder }) {
  for (const path of candidates) {
    const file = join(folder, path);
    const original = readFileSync(file, 'utf8');
    const lines = original.split('\n');
    for (const [index, line] of lines.entries()) {
      const start = beginning.exec(line)?.[1];
      if (start === undefined) continue;
      writeFileSync(file, lines.with(index, start).join('\n'));
      const offset = lines.slice(0, index).reduce((sum, { length }) => sum + length + 1, 0) + start.length;
      const cursor = { path, line: index + 1, column: start.length + 1, offset };
      const base = completeByCommandLine({ extension, folder, cursor, source: 'base' });
      const adapter = completeByCommandLine({ extension, folder, cursor, source: 'adapter' });
      if (base !== adapter && base !== '' && adapter !== '') return { ...cursor, base, adapter };
    }
    writeFileSync(file, original);
  }
  throw new Error('base and adapter answer alike at every candidate place');
}
