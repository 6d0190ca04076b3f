import { readBlobs } from '../git/blobs.ts';
import { commentsOf, languageOf } from '../languages/languageOf.ts';
import { type Change, type ChangeOptions, recentChanges } from './changes.ts';
import { decode, hasConflict, reasonFromText } from './content.ts';
import { Pauses } from './pauses.ts';
import { bracketProfile } from './text.ts';

/** Text that a commit added to a file: the old file, with what the same commit wrote above. */
export interface Addition {
  readonly commit: string;
  readonly path: string;
  readonly prefix: string;
  readonly middle: string;
  readonly suffix: string;
}

export interface HistoryOptions extends ChangeOptions {
  readonly maxAdditions: number;
}

const size = { min: 20, max: 1000 } as const;
const additionsPerChange = 4;
/** Length of the text before an addition that identifies its place, UTF-16 units. */
const samePlace = 200;

/** Additions of recent commits, newest first. Bots, merges, reverts, mass renames and formatting are left out. */
export async function additions(root: string, options: HistoryOptions): Promise<Addition[]> {
  const { maxAdditions, signal } = options;
  const pauses = new Pauses(signal);
  const found: Addition[] = [];
  const seen = new Set<string>();
  // Mostly the first few hundred files suffice.
  for await (const changes of recentChanges(root, options)) {
    const ids = new Set(changes.flatMap(({ oldBlob, newBlob }) => [oldBlob, newBlob]));
    const blobs = await readBlobs(root, [...ids], signal);
    for (const change of changes) {
      if (pauses.due) await pauses.take();
      const before = textOf(blobs.get(change.oldBlob));
      const after = textOf(blobs.get(change.newBlob));
      if (before === null || after === null || reasonFromText(after) !== null) continue;
      for (const addition of additionsOf(change, before, after)) {
        // Cherry-picked, or reapplied after a revert.
        const place = `${addition.path}\0${addition.prefix.slice(-samePlace)}\0${addition.middle}`;
        if (!seen.has(place)) found.push(addition);
        seen.add(place);
      }
    }
    if (found.length >= maxAdditions) break;
  }
  return found.slice(0, maxAdditions);
}

function textOf(blob: Buffer | undefined): string | null {
  const decoded = blob && decode(blob);
  return decoded?.kind === 'text' && !hasConflict(decoded.text) ? decoded.text : null;
}

/** Additions: the text above is from after the commit, the text below from before it. */
function additionsOf({ commit, path, hunks }: Change, before: string, after: string): Addition[] {
  const oldLines = before.split('\n');
  const newLines = after.split('\n');
  const isProse = proseIn(path);
  const found: Addition[] = [];
  // Each holds the file once more: a commit that changes every line of a large one would fill the memory.
  for (const hunk of hunks) {
    if (found.length === additionsPerChange) break;
    const { oldStart, oldCount, newStart, newCount } = hunk;
    const added = newLines.slice(newStart - 1, newStart - 1 + newCount);
    const removed = oldLines.slice(oldStart - 1, oldStart - 1 + oldCount);
    // Only re-indented or re-wrapped.
    if (withoutSpace(added) === withoutSpace(removed)) continue;
    if (mostlyProse(added, path)) continue;
    const comments = leadingComments(added, isProse);
    const kept = firstPiece(added.slice(comments));
    const text = kept.join('\n');
    const indent = text.length - text.trimStart().length;
    const middle = text.trim();
    const behind = text.slice(text.trimEnd().length).replace(/[^\n]/g, '');
    // Otherwise the suffix, which is older, would not fit the addition.
    const [open, lowest] = bracketProfile(text);
    const [openBefore, lowestBefore] = bracketProfile(removed.join('\n'));
    if (open !== openBefore || lowest !== lowestBefore) continue;
    if (middle.length < size.min || middle.length > size.max) continue;
    const above = newLines.slice(0, newStart - 1 + comments).join('\n');
    const below = oldLines.slice(oldCount === 0 ? oldStart : oldStart - 1 + oldCount).join('\n');
    const prefix = `${above}${newStart + comments > 1 ? '\n' : ''}${text.slice(0, indent)}`;
    // Blank lines written after it separate it from what follows.
    found.push({ commit, path, prefix, middle, suffix: `${behind}\n${below}` });
  }
  return found;
}

/** Comments. `*p = 1` is code. */
const prose = /^\s*(\/\/|\/\*|\*(\s|\/|$)|--\s|"{3}|$)/;
/** Where `#` begins one. `#[derive]` and `#include` are code. */
const hashProse = /^\s*#(?!\s*(include|define|if|else|endif)\b|!?\[)/;
/** Elsewhere, directives that only silence a tool or fold an editor's lines; `#name` is a private member, or a rule of CSS. */
const directive = /^\s*#\s*(pragma|region|endregion|nullable|warning|error|line)\b/;

function proseIn(path: string): (line: string) => boolean {
  const language = languageOf(path);
  const isHash = language === null || language === 'php' || commentsOf(language).line === '#';
  const other = isHash ? hashProse : directive;
  return (line) => prose.test(line) || other.test(line);
}

/** Whether more than half of the lines of the file at `path` are comments. */
export function mostlyProse(lines: readonly string[], path: string): boolean {
  const written = lines.filter((line) => line.trim() !== '');
  return written.filter(proseIn(path)).length > written.length / 2;
}

/** Number of leading comment lines: the code that they announce is to be written, they are not. */
function leadingComments(lines: readonly string[], isProse: (line: string) => boolean): number {
  let inBlock = false;
  const code = lines.findIndex((line) => {
    const inComment = inBlock || (isProse(line) && !line.trimStart().startsWith('"""'));
    if (inBlock || line.trimStart().startsWith('/*')) inBlock = !line.includes('*/');
    return !inComment;
  });
  return code === -1 ? lines.length : code;
}

function withoutSpace(lines: readonly string[]): string {
  return lines.join('').replace(/\s+/g, '');
}

/** A long addition up to a natural pause: before a blank line, or back at the first line's indentation. */
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
