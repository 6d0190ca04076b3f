import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** What the packaged command line prints at a cursor: from the base, or from the active adapter. */
export function completeByCommandLine({ extension, folder, cursor, source }) {
  const place = `${join(folder, cursor.path)}:${cursor.line}:${cursor.column}`;
  return run(extension, folder, [place, '--invoked', ...sourceArgument(source)]).replace(/\n$/, '');
}

function sourceArgument(source) {
  return source === 'base' ? ['--base'] : [];
}

function run(extension, folder, args) {
  const cli = join(extension, 'dist', 'cli.mjs');
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, 'complete', ...args], {
    encoding: 'utf8',
    cwd: folder,
  });
  if (status !== 0) throw new Error(`repotune complete ended with ${status}: ${stderr}`);
  return stdout;
}

/** Lines whose statement a user might be about to write. */
const beginning = /^(\s+(?:const|let) \w+ = (?:await )?|\s+return |\s+if \()\S/;
const candidates = ['src/lib/list-models.ts', 'src/lib/list-datasets.ts', 'src/lib/list-files.ts'];
const typingCandidates = [
  'src/lib/list-datasets.ts',
  'src/lib/list-files.ts',
  'src/lib/dataset-info.ts',
  'src/lib/model-info.ts',
];
const mostCandidates = 24;
const candidatesAtOnce = 8;

/**
 * The first place in real code where both answer, and differently. The rest of the line is removed there, as if it were about to be
 * written; the file stays so. Places are tried in batches, in one process for each of the two, on copies; those where both answer are
 * retried in place, since a copy sees the file itself as context.
 */
export function chooseCursor({ extension, folder }) {
  const differ = (one, other) => one !== other && one !== '' && other !== '';
  for (const cursors of inParts(candidates.flatMap((path) => beginnings(folder, path)).slice(0, mostCandidates))) {
    const base = tryAll({ extension, folder }, cursors, ['--invoked', '--base']);
    const adapter = tryAll({ extension, folder }, cursors, ['--invoked']);
    for (const [at, { text, start: _, ...cursor }] of cursors.entries()) {
      if (!differ(base[at], adapter[at])) continue;
      const file = join(folder, cursor.path);
      const original = readFileSync(file, 'utf8');
      writeFileSync(file, text);
      const answers = ['base', 'adapter'].map((source) => completeByCommandLine({ extension, folder, cursor, source }));
      if (differ(...answers)) return cursor;
      writeFileSync(file, original);
    }
  }
  throw new Error('base and adapter answer alike, or not at all, at every candidate place');
}

/** In batches: usually the first cursors suffice. */
function inParts(cursors) {
  const parts = Math.ceil(cursors.length / candidatesAtOnce);
  return Array.from({ length: parts }, (_, i) => cursors.slice(i * candidatesAtOnce, (i + 1) * candidatesAtOnce));
}

/** What the command line prints at each cursor, '' for nothing: one process for all, on copies of the files. */
function tryAll({ extension, folder }, cursors, options) {
  const copies = cursors.map(({ path, text }, index) => {
    const copy = join(folder, dirname(path), `draft-${index}.ts`);
    writeFileSync(copy, text);
    return copy;
  });
  const places = cursors.map(({ line, column }, index) => `${copies[index]}:${line}:${column}`);
  const lines = run(extension, folder, [...places, '--json', ...options]);
  for (const copy of copies) rmSync(copy);
  return lines
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).text ?? '');
}

/**
 * Places where typing a statement's beginning brings a suggestion, as judged by the command line (`suggests`), which is queried as more are
 * wanted; a model that is unsure stays silent, and one unsure everywhere must be invoked explicitly. `indent` is what precedes the text on
 * the line, `typed` what to type.
 */
export function* placesToType({ extension, folder }, except, most) {
  const cursors = typingCandidates
    .filter((path) => path !== except)
    .flatMap((path) => beginnings(folder, path))
    // The editor would close a bracket, which changes the place.
    .filter(({ start }) => !start.includes('('))
    .slice(0, mostCandidates);
  const silent = [];
  let sure = 0;
  for (const some of inParts(cursors)) {
    const answers = tryAll({ extension, folder }, some, []);
    for (const [at, { start, text: _, ...cursor }] of some.entries()) {
      const indent = /^\s*/.exec(start)[0];
      const place = { ...cursor, indent, typed: start.slice(indent.length), suggests: answers[at] !== '' };
      if (!place.suggests) silent.push(place);
      else if (sure < most) {
        sure += 1;
        yield place;
      }
    }
    if (sure >= most) return;
  }
  if (sure === 0) yield* silent.slice(0, most);
}

function beginnings(folder, path) {
  const lines = readFileSync(join(folder, path), 'utf8').split('\n');
  return lines.flatMap((line, index) => {
    const start = beginning.exec(line)?.[1];
    if (start === undefined) return [];
    const offset = lines.slice(0, index).reduce((sum, { length }) => sum + length + 1, 0) + start.length;
    return [
      { path, line: index + 1, column: start.length + 1, offset, start, text: lines.with(index, start).join('\n') },
    ];
  });
}
