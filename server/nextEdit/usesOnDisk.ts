/**
 * Where files that are not open use what was changed: read in the mining process, by mining's rules, so that no keystroke waits and nothing
 * left out of mining is read.
 */
import type { LineChange } from '../edits/change.ts';
import { languageOf } from '../languages/languageOf.ts';
import { languagesLike } from '../languages/languagesLike.ts';
import { syntaxFor } from '../languages/syntax.ts';
import { MiningError } from '../mining/errors.ts';
import { filesOnDisk } from '../mining/filesOnDisk.ts';
import type { TextRange } from '../protocol/index.ts';
import { importedUses } from './boundUses.ts';
import { jumpsTo, MOST_JUMPS, MOST_JUMPS_IN_ONE, type SeenOutside, seenOutside } from './jumps.ts';
import { byLine } from './respell.ts';

export interface UsesToFind {
  readonly folder: string;
  /** The change of one of its files. */
  readonly change: LineChange;
  /** Open documents, by their paths from the folder: their text is newer. */
  readonly open: readonly string[];
  /** Of reading files; those left then give no uses. */
  readonly mostReadingMs?: number;
}

export interface UseOnDisk {
  /** From the folder. */
  readonly path: string;
  readonly range: TextRange;
}

/** For listing the files of a folder: git takes some ten milliseconds, but seconds in a huge one or on a busy machine. */
const MOST_LISTING_MS = 20_000;
/** For reading them, those near the changed one first: some thousand files. */
const MOST_READING_MS = 1500;

export async function usesOnDisk({
  folder,
  change,
  open,
  mostReadingMs = MOST_READING_MS,
}: UsesToFind): Promise<UseOnDisk[]> {
  const seen = seenOutside(change);
  const languages = languagesLike(change.path);
  if (seen === null || languages === null) return [];
  const found: UseOnDisk[] = [];
  const signal = AbortSignal.timeout(MOST_LISTING_MS);
  const files = filesOnDisk({
    folder,
    near: change.path,
    languages,
    words: seen.name,
    mostReadingMs,
    signal,
  });
  try {
    for await (const { path, text } of files) {
      if (path === change.path || open.includes(path)) continue;
      for (const range of await usesIn(text, path, change, seen)) found.push({ path, range });
      if (found.length >= MOST_JUMPS) break;
    }
  } catch (error) {
    // No sources in the folder, or it took too long.
    if (!(error instanceof MiningError || signal.aborted)) throw error;
  }
  return found.slice(0, MOST_JUMPS);
}

async function usesIn(text: string, path: string, change: LineChange, seen: SeenOutside): Promise<TextRange[]> {
  // Mining reads '\r\n' as '\n'; a '\r' left beside a '\n' is a line break of its own to an editor.
  const lines = text.split(/[\r\n]/);
  const whole = lines.join('\n');
  const { name, renamedTo, isInner } = seen;
  if (renamedTo !== null && isInner) return [];
  const syntax = renamedTo === null ? null : await syntaxFor(languageOf(path) ?? '');
  const uses =
    syntax === null || renamedTo === null
      ? null
      : importedUses(
          syntax,
          { from: name, to: renamedTo },
          { was: whole, text: whole },
          { declared: change.path, used: path },
        );
  if (uses === null) return jumpsTo(() => [{ uri: '', path, lines }], change).map(({ range }) => range);
  return byLine(lines, uses)
    .slice(0, MOST_JUMPS_IN_ONE)
    .map(({ line, start, end }) => ({ start: { line, character: start }, end: { line, character: end } }));
}
