import { git, readBlobs } from '../git/git.ts';
import { decode } from './content.ts';
import { Pauses } from './pauses.ts';
import { bracketProfile } from './text.ts';

/** Something that was written into a file: the file as it was, with what the same commit wrote above. */
export interface Addition {
  readonly commit: string;
  readonly path: string;
  readonly prefix: string;
  readonly middle: string;
  readonly suffix: string;
}

export interface HistoryOptions {
  /** What `git log` is to look at, e.g. `HEAD` or `abc123..HEAD`. */
  readonly range: string;
  readonly maxCommits: number;
  readonly maxAdditions: number;
  /** Whether additions to this path are wanted. */
  readonly admits: (path: string) => boolean;
  readonly signal?: AbortSignal | undefined;
}

interface Hunk {
  /** First removed line (or, with none removed, the line after which lines were added), from 1. */
  readonly oldStart: number;
  readonly oldCount: number;
  readonly newStart: number;
  readonly newCount: number;
}

interface Change {
  readonly commit: string;
  readonly path: string;
  readonly oldBlob: string;
  readonly newBlob: string;
  readonly hunks: Hunk[];
}

const size = { min: 20, max: 1000 } as const;
/** A commit with more files than this renames, formats or imports. */
const maxFilesPerCommit = 30;
const additionsPerChange = 4;

const bots =
  /\[bot\]|\b(dependabot|renovate|github-actions|greenkeeper|snyk|pre-commit-ci|semantic-release|pyup|mergify|codecov)\b/i;
const notWriting =
  /^(revert|merge|bump|release|format|reformat|lint|style|chore\(deps|build\(deps)\b|\b(prettier|eslint --fix|clang-format|gofmt|rustfmt|cargo fmt|black|isort|ruff format|whitespace|indent(ation)?|reformat|typos?)\b|^v?\d+\.\d+/i;

/** Additions of recent commits, newest first. Bots, merges, reverts, mass renames and formatting are left out. */
export async function additions(root: string, options: HistoryOptions): Promise<Addition[]> {
  const { range, maxCommits, signal } = options;
  const format = `--format=%x01%H%x02%an <%ae>%x02%s`;
  const args = [
    'log',
    format,
    '--no-merges',
    `--max-count=${maxCommits}`,
    '--raw',
    '--no-abbrev',
    '--patch',
    '--unified=0',
    '-M',
  ];
  const ignored = await ignoredRevisions(root, signal);
  const output = await git(
    root,
    [...args, '--diff-filter=M', '--no-color', '--no-ext-diff', '--no-textconv', range],
    signal,
  );
  if (!output) return [];
  const pauses = new Pauses(signal);
  const changes: Change[] = [];
  for (const record of output.toString('utf8').split('\u0001').slice(1)) {
    if (pauses.due) await pauses.take();
    changes.push(...changesOf(record, ignored).filter(({ path }) => options.admits(path)));
  }
  const found: Addition[] = [];
  // In pieces: most of the time the first few hundred files have enough.
  for (let at = 0; at < changes.length && found.length < options.maxAdditions; at += 100) {
    const piece = changes.slice(at, at + 100);
    const blobs = await readBlobs(
      root,
      [...new Set(piece.flatMap(({ oldBlob, newBlob }) => [oldBlob, newBlob]))],
      signal,
    );
    for (const change of piece) {
      if (pauses.due) await pauses.take();
      const before = textOf(blobs.get(change.oldBlob));
      const after = textOf(blobs.get(change.newBlob));
      if (before !== null && after !== null) found.push(...additionsOf(change, before, after));
    }
  }
  return found.slice(0, options.maxAdditions);
}

/** Commits that the project itself calls noise, in the file that `git blame` and forges read. */
async function ignoredRevisions(root: string, signal: AbortSignal | undefined): Promise<Set<string>> {
  const output = await git(root, ['show', 'HEAD:.git-blame-ignore-revs'], signal);
  return new Set(output?.toString('utf8').match(/^[0-9a-f]{40}/gm) ?? []);
}

function changesOf(record: string, ignored: ReadonlySet<string>): Change[] {
  const [head = '', ...lines] = record.split('\n');
  const [commit = '', author = '', subject = ''] = head.split('\u0002');
  if (ignored.has(commit) || bots.test(author) || notWriting.test(subject)) return [];
  const changes: Change[] = [];
  let current = -1;
  for (const line of lines) {
    // :100644 100644 <old> <new> M\t<path>
    const raw = /^:\d+ 100\d+ ([0-9a-f]{40,64}) ([0-9a-f]{40,64}) M\t([^"].*)$/.exec(line);
    if (raw)
      changes.push({ commit, oldBlob: raw[1] as string, newBlob: raw[2] as string, path: raw[3] as string, hunks: [] });
    else if (line.startsWith('diff --git ')) {
      current = changes.findIndex(({ path }) => line === `diff --git a/${path} b/${path}`);
    } else if (current >= 0 && line.startsWith('@@ ')) {
      const numbers = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/.exec(line);
      if (numbers) {
        const [oldStart, oldCount, newStart, newCount] = numbers
          .slice(1)
          .map((text) => (text === undefined ? 1 : Number(text)));
        changes[current]?.hunks.push({ oldStart, oldCount, newStart, newCount } as Hunk);
      }
    }
  }
  return changes.length > maxFilesPerCommit ? [] : changes;
}

function textOf(blob: Buffer | undefined): string | null {
  const decoded = blob && decode(blob);
  return decoded?.kind === 'text' ? decoded.text : null;
}

/** What was written where: above it the file as it became, below it as it was. */
function additionsOf({ commit, path, hunks }: Change, before: string, after: string): Addition[] {
  const oldLines = before.split('\n');
  const newLines = after.split('\n');
  return hunks
    .flatMap(({ oldStart, oldCount, newStart, newCount }) => {
      const added = newLines.slice(newStart - 1, newStart - 1 + newCount);
      const removed = oldLines.slice(oldStart - 1, oldStart - 1 + oldCount);
      // Only re-indented or re-wrapped.
      if (withoutSpace(added) === withoutSpace(removed)) return [];
      if (mostlyProse(added)) return [];
      const comments = leadingComments(added);
      const kept = firstPiece(added.slice(comments));
      const text = kept.join('\n');
      const indent = text.length - text.trimStart().length;
      const middle = text.trim();
      const behind = text.slice(text.trimEnd().length).replace(/[^\n]/g, '');
      // Otherwise the suffix, which is older, would not fit what was written.
      const [open, lowest] = bracketProfile(text);
      const [openBefore, lowestBefore] = bracketProfile(removed.join('\n'));
      if (open !== openBefore || lowest !== lowestBefore) return [];
      if (middle.length < size.min || middle.length > size.max) return [];
      const above = newLines.slice(0, newStart - 1 + comments).join('\n');
      const below = oldLines.slice(oldCount === 0 ? oldStart : oldStart - 1 + oldCount).join('\n');
      const prefix = `${above}${newStart + comments > 1 ? '\n' : ''}${text.slice(0, indent)}`;
      // Blank lines that were written behind it keep it from what follows.
      return [{ commit, path, prefix, middle, suffix: `${behind}\n${below}` }];
    })
    .slice(0, additionsPerChange);
}

/** Comments, and directives that only silence a tool. `#include` and `#define` are code, and so are `#[derive]` and `*p = 1`. */
const prose = /^\s*(\/\/|\/\*|\*(\s|\/|$)|#(?!\s*(include|define|if|else|endif)\b|!?\[)|--\s|"{3}|$)/;

function mostlyProse(lines: readonly string[]): boolean {
  const written = lines.filter((line) => line.trim() !== '');
  return written.filter((line) => prose.test(line)).length > written.length / 2;
}

/** Comment lines at the start: what they announce is to be written, they are not. */
function leadingComments(lines: readonly string[]): number {
  let inBlock = false;
  const code = lines.findIndex((line) => {
    const inComment = inBlock || (prose.test(line) && !line.trimStart().startsWith('"""'));
    if (inBlock || line.trimStart().startsWith('/*')) inBlock = !line.includes('*/');
    return !inComment;
  });
  return code === -1 ? lines.length : code;
}

function withoutSpace(lines: readonly string[]): string {
  return lines.join('').replace(/\s+/g, '');
}

/** A long addition up to a place where one would pause: before a blank line, or back at the first line's indentation. */
function firstPiece(lines: readonly string[]): readonly string[] {
  let length = 0;
  let pause = 0;
  const first = lines.find((line) => line.trim() !== '') ?? '';
  const indent = first.length - first.trimStart().length;
  for (const [i, line] of lines.entries()) {
    length += line.length + 1;
    if (length > size.max) return lines.slice(0, pause);
    const next = lines[i + 1];
    const nextIndent = next === undefined ? 0 : next.length - next.trimStart().length;
    if (next === undefined || next.trim() === '' || (nextIndent <= indent && !/^[\s)}\]]/.test(next.trimStart())))
      pause = i + 1;
  }
  return lines;
}
