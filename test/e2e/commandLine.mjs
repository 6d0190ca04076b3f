import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What the packaged command line prints at a cursor, from the base or the active adapter. */
export function completeByCommandLine({ extension, folder, cursor, source }) {
  const place = `${join(folder, cursor.path)}:${cursor.line}:${cursor.column}`;
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(extension, 'dist', 'cli.mjs'), 'complete', place, '--use', source],
    { encoding: 'utf8', cwd: folder },
  );
  if (status !== 0) throw new Error(`repotune complete ${place} ended with ${status}: ${stderr}`);
  return stdout.replace(/\n$/, '');
}

const candidates = ['src/lib/list-models.ts', 'src/lib/commit.ts', 'src/lib/list-files.ts'];

/** The first place in real code where both answer on one line, and not the same. */
export function chooseCursor({ extension, folder }) {
  for (const path of candidates) {
    const text = readFileSync(join(folder, path), 'utf8');
    const lines = text.split('\n');
    for (const [index, line] of lines.entries()) {
      const match = /^(\s+(?:const|let) \w+ = |\s+return |\s+if \()\S/.exec(line);
      if (!match) continue;
      // The rest of the line is kept: the cursor stands before code that is there, at the line's statement.
      const cursor = {
        path,
        line: index + 1,
        column: line.length + 1,
        offset: lines.slice(0, index).join('\n').length + 1 + line.length,
      };
      const base = completeByCommandLine({ extension, folder, cursor, source: 'base' });
      const adapter = completeByCommandLine({ extension, folder, cursor, source: 'adapter' });
      if (base !== adapter && base !== '' && adapter !== '') return { ...cursor, base, adapter };
    }
  }
  throw new Error('base and adapter answer alike at every candidate place');
}
