/** Files of a repository as somebody begins to write them: what there is, and what comes next. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { languageIdOf } from '../../server/languages/languageId.ts';

export interface Beginning {
  readonly path: string;
  readonly languageId: string;
  /** By how much of the file is there: STAGES. */
  readonly stage: string;
  readonly there: string;
  /** The next line that is not blank, or the rest of one that has been begun. */
  readonly next: string;
}

const STAGES = ['nothing', '3 characters', '1 line', '3 lines', '10 lines'] as const;
const LEAST_LINES = 14;
const MOST_BYTES = 200_000;
/** Notices and blank lines, which most files of a repository have in common. */
const NOTICE = /^\s*(?:\/\*|\*|\/\/|#|<!--|$)/;

/** At most `count` files, drawn by chance, at every stage. */
export function beginningsIn(folder: string, count: number, random: () => number): Beginning[] {
  const listed = execFileSync('git', ['-C', folder, 'ls-files', '-z'], { encoding: 'utf8', maxBuffer: 2 ** 28 });
  const paths = listed.split('\0').filter((path) => languageIdOf(path) !== 'plaintext');
  const found: Beginning[] = [];
  for (let files = 0; files < count && paths.length > 0; ) {
    const [path] = paths.splice(Math.floor(random() * paths.length), 1) as [string];
    const stages = beginningsOf(path, readIfThere(join(folder, path)));
    if (stages.length > 0) files++;
    found.push(...stages);
  }
  return found;
}

export function beginningsOf(path: string, text: string): Beginning[] {
  const lines = text.split(/\r?\n/);
  const first = lines.findIndex((line) => !NOTICE.test(line));
  if (first < 0 || lines.length - first < LEAST_LINES || text.length > MOST_BYTES) return [];
  const whole = lines.slice(first).join('\n');
  const lengths = [0, 3, ...[1, 3, 10].map((count) => `${lines.slice(first, first + count).join('\n')}\n`.length)];
  return lengths.map((length, i) => {
    const rest = whole.slice(length);
    const next = (length === 3 ? rest : rest.trimStart()).split('\n')[0]!.trimEnd();
    return { path, languageId: languageIdOf(path), stage: STAGES[i]!, there: whole.slice(0, length), next };
  });
}

/** '' for a link to nowhere, a folder of a submodule, or what is not checked out. */
function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
