import { commentNaming } from '../languages/languageOf.ts';
import { importsOf } from './imports.ts';
import type { SearchedIndex } from './notedIndex.ts';
import type { Signature } from './retrievalIndex.ts';

/** A cursor and its surroundings. Training passes `recent: []`. */
export interface ContextQuery {
  readonly path: string;
  readonly language: string;
  readonly prefix: string;
  readonly suffix: string;
  /** Places in other files edited recently, latest first. */
  readonly recent: readonly { readonly path: string; readonly text: string; readonly line: number }[];
}

/** Lines above the cursor's, and below it, that indicate what is being written. */
const queryLinesAbove = 12;
const queryLinesBelow = 4;
/** Lines in which a name counts as used. */
const wideLines = 80;
/** UTF-16 units of a line: of longer ones, which hold data, the rest is not looked at. It would be at every key, a megabyte in over a second. */
const longestLine = 500;
/** Imports are at the top: a long file need not be searched to its end at every keystroke. */
const importUnits = 8_000;
/** Signatures may take this share of the budget; similar code gets the rest. */
const signatureShare = 0.5;
const maxImports = 12;
const similarChunks = 4;
/** Pieces that speculation searches for text to copy. */
const similarToCopy = 8;
/** A piece that shares only a word or two with the cursor's surroundings is noise. */
const leastTerms = 3;

/**
 * The cross-file context of a prompt, at most `maxChars` UTF-16 units: signatures from imported files, then similar code by BM25, each
 * under a comment that names its file; '' if there is nothing. The cursor's own line does not count, so the context stays the same, and its
 * KV cache valid, while one types in it.
 */
export function contextFor(query: ContextQuery, index: SearchedIndex, maxChars: number): string {
  const { above, below, around } = surroundings(query);
  const wide = `${lastLines(above, wideLines)}\n${firstLines(below, wideLines)}`;
  const blocks: string[] = [];
  let left = maxChars;
  const add = (block: string): boolean => {
    if (block.length > left) return false;
    blocks.push(block);
    left -= block.length;
    return true;
  };

  const imported = importedFiles(query, above.slice(0, importUnits), index);
  let signatureLeft = Math.floor(maxChars * signatureShare);
  for (const { path, signatures } of bySignificance(imported, index, around, wide)) {
    const block = `${commentNaming(path, query.language)}${signatures.map(({ text }) => `${text}\n`).join('')}`;
    if (block.length > signatureLeft) continue;
    if (add(block)) signatureLeft -= block.length;
  }
  const recent = new Set(query.recent.map(({ path }) => path));
  for (const { path, text, terms } of index.similar(around, query.path, similarChunks, recent)) {
    if (terms < leastTerms) continue;
    add(`${commentNaming(path, query.language)}${dedent(text)}\n`);
  }
  // The best goes last, next to the file itself: a short window drops its beginning first.
  return blocks.reverse().join('');
}

/** Code in other files similar to the cursor's surroundings, at most `maxChars` UTF-16 units, the best last; does not name its files. */
export function similarCode(query: ContextQuery, index: SearchedIndex, maxChars: number): string {
  const found: string[] = [];
  let left = maxChars;
  for (const { text } of index.similar(surroundings(query).around, query.path, similarToCopy)) {
    if (text.length > left) continue;
    found.push(text);
    left -= text.length;
  }
  return found.reverse().join('\n');
}

/** The text above the cursor's line and below it, and the lines of both that indicate what is being written. */
function surroundings({ prefix, suffix }: ContextQuery): { above: string; below: string; around: string } {
  const lineEnd = suffix.indexOf('\n');
  const above = prefix.slice(0, prefix.lastIndexOf('\n') + 1);
  const below = lineEnd === -1 ? '' : suffix.slice(lineEnd + 1);
  return { above, below, around: `${lastLines(above, queryLinesAbove)}\n${firstLines(below, queryLinesBelow)}` };
}

function importedFiles({ path, language }: ContextQuery, text: string, index: SearchedIndex): string[] {
  const files = new Set<string>();
  for (const segments of importsOf(text, language)) {
    const file = index.resolve(segments, path);
    if (file !== null) files.add(file);
    if (files.size >= maxImports) break;
  }
  return [...files];
}

/** For each imported file, the signatures whose names the text uses; names used near the cursor first. */
function bySignificance(
  paths: readonly string[],
  index: SearchedIndex,
  around: string,
  text: string,
): { path: string; signatures: readonly Signature[] }[] {
  const near = wordsOf(around);
  const anywhere = wordsOf(text);
  return paths
    .map((path) => {
      const used = index.signaturesOf(path).filter(({ name }) => anywhere.has(name));
      const nearby = used.filter(({ name }) => near.has(name));
      return { path, signatures: (nearby.length > 0 ? nearby : used).slice(0, 8), nearby: nearby.length };
    })
    .filter(({ signatures }) => signatures.length > 0)
    .sort((a, b) => b.nearby - a.nearby);
}

function wordsOf(text: string): Set<string> {
  return new Set(text.match(/[A-Za-z_$][\w$]*/g) ?? []);
}

/** The last `count` complete lines and the rest after them; searched from the end, since it is needed at every key. */
function lastLines(text: string, count: number): string {
  let from = text.length;
  for (let line = 0; line <= count && from >= 0; line++) from = from === 0 ? -1 : text.lastIndexOf('\n', from - 1);
  return shortened(text.slice(from + 1).split('\n'));
}

function firstLines(text: string, count: number): string {
  return shortened(text.split('\n', count));
}

function shortened(lines: readonly string[]): string {
  return lines.map((line) => line.slice(0, longestLine)).join('\n');
}

/** Removes the indentation shared by all lines. */
function dedent(text: string): string {
  const lines = text.split('\n');
  const indents = lines.filter((line) => line.trim() !== '').map((line) => line.length - line.trimStart().length);
  const common = Math.min(...indents, 64);
  return lines
    .map((line) => line.slice(Math.min(common, line.length)))
    .join('\n')
    .trimEnd();
}
