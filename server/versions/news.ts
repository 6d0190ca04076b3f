/** What a repository has written since a version last learned from it. */
import { gitText, records, runGit } from '../git/git.ts';
import { listable } from '../git/pathCounts.ts';
import { streamGit } from '../git/run.ts';
import type { NewLines, News } from '../tuning/keepUp.ts';

/** A small run cannot learn more: only the newest of them count as new. */
const MOST_COMMITS = 1000;

/** Commits after `from` up to `to`, without merges, newest first; null unless git knows `from` as an ancestor of `to`. */
async function commitsBetween(
  folder: string,
  from: string,
  to: string,
  signal?: AbortSignal,
): Promise<string[] | null> {
  const options = signal === undefined ? {} : { signal };
  const isBefore = await runGit(folder, ['merge-base', '--is-ancestor'], { ...options, revisions: [from, to] });
  if (from === '' || to === '' || isBefore === null) return null;
  const args = ['rev-list', '--no-merges', `--max-count=${MOST_COMMITS}`, '--end-of-options', `${from}..${to}`, '--'];
  const listed = await gitText(folder, args as ['rev-list', ...string[]], signal);
  return listed === null ? null : listed.split('\n').filter((commit) => commit !== '');
}

/** The same commits with the lines they wrote; null likewise. */
export async function newsSince(folder: string, from: string, to: string, signal?: AbortSignal): Promise<News | null> {
  const commits = await commitsBetween(folder, from, to, signal);
  if (commits === null) return null;
  const ages = new Map(commits.map((commit, age) => [commit, age]));
  const looked = await listable(folder, commits, signal);
  if (looked.length === 0) return { commits: ages, written: new Map() };
  const written = await linesWritten(folder, from, to, signal);
  const output = await runGit(
    folder,
    ['diff-tree', '--stdin', '-r', '--name-only', '-z', '--no-renames', '--diff-filter=d'],
    { input: `${looked.join('\n')}\n`, ...withSignal(signal) },
  );
  let age = 0;
  const paths = new Map<string, NewLines>();
  for (const field of output === null ? [] : records(output)) {
    const commit = ages.get(field);
    const lines = written.get(field);
    // Newest first, so the first change seen of a path is its last.
    if (commit !== undefined) age = commit;
    else if (lines !== undefined && !paths.has(field)) paths.set(field, { age, lines });
  }
  return { commits: ages, written: paths };
}

/** Larger than any change that a small run could learn. */
const MOST_LINES = 200_000;

/** Lines in `to` that were not in `from`, trimmed, by path. */
async function linesWritten(
  folder: string,
  from: string,
  to: string,
  signal: AbortSignal | undefined,
): Promise<Map<string, Set<string>>> {
  const written = new Map<string, Set<string>>();
  let [lines, count, isHead] = [new Set<string>(), 0, true];
  const onLine = (raw: Buffer): void => {
    const first = raw[0];
    // The header's `+++ b/<path>` comes before the first `@@`; after it, a line starting with a sign is content.
    if (first === HUNK) isHead = false;
    else if (first === DIFF) isHead = true;
    else if (first === PLUS && isHead) {
      lines = new Set();
      written.set(pathIn(raw.toString('utf8')), lines);
    } else if (first === PLUS && count < MOST_LINES) {
      count++;
      lines.add(raw.toString('utf8', 1).trim());
    }
  };
  const options = ['-r', '-p', '--unified=0', '--no-renames', '--diff-filter=d', '--src-prefix=a/', '--dst-prefix=b/'];
  await streamGit(folder, ['diff-tree', ...options], { revisions: [from, to], ...withSignal(signal) }, onLine);
  return written;
}

const [PLUS, HUNK, DIFF] = [0x2b, 0x40, 0x64];

/** What git writes for these after a backslash; for other control characters, three octal digits. */
const ESCAPED: Readonly<Record<string, string>> = { a: '\x07', b: '\b', t: '\t', n: '\n', v: '\v', f: '\f', r: '\r' };

/** In the header of a patch, git quotes paths with a quote, a backslash or a control character, with `-z` too. */
function pathIn(header: string): string {
  const path = header.slice('+++ '.length).replace(/\t$/, '');
  const meant = (_: string, code: string): string =>
    code.length === 3 ? String.fromCharCode(Number.parseInt(code, 8)) : (ESCAPED[code] ?? code);
  const plain = path.startsWith('"') ? path.slice(1, -1).replace(/\\([0-7]{3}|.)/g, meant) : path;
  return plain.replace(/^b\//, '');
}

function withSignal(signal: AbortSignal | undefined): { signal?: AbortSignal } {
  return signal === undefined ? {} : { signal };
}
