import { createHash } from 'node:crypto';
import { promises as fs } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { setImmediate as nextTick } from 'node:timers/promises';
import { decode, maxFileBytes, reasonFromPath, reasonFromText } from './content.ts';
import { MiningError } from './errors.ts';
import { findRepository } from './git.ts';
import { type LanguageName, languageOf } from './languages.ts';
import { type ListedFile, listFolder, listTracked } from './listing.ts';
import { drawMiddles, type Middle } from './pairs.ts';
import { scopesOf } from './parser.ts';
import { hashFraction } from './random.ts';
import { splitFiles } from './split.ts';
import type { Dataset, FileVerdict, MineOptions, MineProgress, Pair, Split } from './types.ts';

/** Below this nothing worth an adapter is learned, and no held-out figure means anything. */
export const least = { files: 2, lines: 200, trainPairs: 20, heldOutPairs: 3 } as const;

const defaults = { seed: 1, maxTrainPairs: 40_000, maxHeldOutPairs: 4_000 } as const;

interface Source {
  readonly path: string;
  readonly language: LanguageName;
  readonly bytes: number;
  readonly text: string;
}

/**
 * Turns a folder into training pairs. Rejects with {@link MiningError} when there is nothing to mine, and with the signal's
 * reason when cancelled. What cannot be read or parsed is left out with a verdict; it never fails the whole.
 */
export async function mineRepository(
  options: MineOptions,
  onProgress: (progress: MineProgress) => void = () => {},
  signal?: AbortSignal,
): Promise<Dataset> {
  const folder = resolve(options.folder);
  await requireFolder(folder);
  onProgress({ stage: 'list', filesDone: 0, filesTotal: 0, bytesDone: 0 });
  const repository = await findRepository(folder, signal);
  const warnings: string[] = [];
  let listed: ListedFile[];
  if (repository) {
    listed = await listTracked(folder, signal);
    if (repository.shallow) {
      warnings.push(
        'This is a shallow clone: other files are held out than in a full clone (git fetch --unshallow mends it).',
      );
    }
  } else {
    const walk = await listFolder(folder, signal);
    listed = walk.files;
    if (!walk.complete)
      warnings.push(
        `Only the first ${listed.length} files were looked at: this folder has no git to list its sources.`,
      );
  }
  if (listed.length === 0) {
    throw new MiningError(
      'empty-repository',
      repository
        ? `git tracks no file in ${folder}: add the sources (git add) and commit, then try again.`
        : `${folder} holds no files: open a folder with source code.`,
    );
  }
  const root = repository?.root ?? folder;
  const { sources, verdicts } = await readSources(root, listed, onProgress, signal);
  const firstCommit = repository?.firstCommit ?? '';
  const splits = splitFiles(
    firstCommit,
    sources.map(({ path }) => path),
  );
  const pairs: Pair[] = [];
  let bytesDone = 0;
  for (const [done, source] of sources.entries()) {
    const middles = await middlesOf(source, options.seed ?? defaults.seed);
    if (middles === null) verdicts.set(source.path, verdictOf(source, 'parsing took too long'));
    else pairs.push(...pairsOf(source, middles, splits.get(source.path) ?? 'train', repository?.commit ?? ''));
    bytesDone += source.bytes;
    if (done % 16 === 15) {
      onProgress({ stage: 'parse', filesDone: done + 1, filesTotal: sources.length, bytesDone });
      await nextTick();
      signal?.throwIfAborted();
    }
  }
  const kept = [
    ...atMost(pairs, 'train', options.maxTrainPairs ?? defaults.maxTrainPairs),
    ...atMost(pairs, 'held-out', options.maxHeldOutPairs ?? defaults.maxHeldOutPairs),
  ].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : a.startByte - b.startByte));
  onProgress({ stage: 'select', filesDone: sources.length, filesTotal: sources.length, bytesDone });
  requireEnough(folder, sources, kept, listed.length);
  return {
    repository: basename(root),
    root,
    firstCommit,
    commit: repository?.commit ?? '',
    files: listed.map(({ path }) => verdicts.get(path) as FileVerdict),
    pairs: kept,
    digest: digestOf(kept),
    warnings,
  };
}

async function requireFolder(folder: string): Promise<void> {
  const stat = await fs.stat(folder).catch(() => null);
  if (!stat) throw new MiningError('not-a-folder', `${folder} does not exist: give the folder of a repository.`);
  if (!stat.isDirectory())
    throw new MiningError('not-a-folder', `${folder} is not a folder: give the folder of a repository.`);
}

async function readSources(
  root: string,
  listed: readonly ListedFile[],
  onProgress: (progress: MineProgress) => void,
  signal: AbortSignal | undefined,
): Promise<{ sources: Source[]; verdicts: Map<string, FileVerdict> }> {
  const sources: Source[] = [];
  const verdicts = new Map<string, FileVerdict>();
  const seen = new Set<string>();
  let bytesDone = 0;
  for (const [done, file] of listed.entries()) {
    signal?.throwIfAborted();
    const outcome = await readSource(root, file);
    bytesDone += outcome.bytes;
    if ('text' in outcome) {
      const hash = createHash('sha256').update(outcome.text).digest('base64');
      if (seen.has(hash)) verdicts.set(file.path, verdictOf(outcome, 'duplicate'));
      else {
        seen.add(hash);
        sources.push(outcome);
        verdicts.set(file.path, verdictOf(outcome));
      }
    } else
      verdicts.set(
        file.path,
        verdictOf({ path: file.path, language: languageOf(file.path), bytes: outcome.bytes }, outcome.reason),
      );
    if (done % 64 === 63) onProgress({ stage: 'read', filesDone: done + 1, filesTotal: listed.length, bytesDone });
  }
  return { sources, verdicts };
}

async function readSource(
  root: string,
  file: ListedFile,
): Promise<Source | { readonly bytes: number; readonly reason: string }> {
  if (file.reason !== undefined) return { bytes: 0, reason: file.reason };
  const language = languageOf(file.path);
  const full = join(root, file.path);
  // lstat: a tracked file may have become a link that leaves the repository.
  const stat = await fs.lstat(full).catch(() => null);
  if (!stat) return { bytes: 0, reason: 'cannot be read' };
  const bytes = stat.size;
  if (!stat.isFile()) return { bytes: 0, reason: stat.isSymbolicLink() ? 'symbolic link' : 'not a regular file' };
  if (language === null) return { bytes, reason: 'unsupported language' };
  const nameReason = reasonFromPath(file.path);
  if (nameReason) return { bytes, reason: nameReason };
  if (bytes > maxFileBytes) return { bytes, reason: 'too large' };
  const content = await fs.readFile(full).catch(() => null);
  if (!content) return { bytes, reason: 'cannot be read' };
  const decoded = decode(content);
  if (decoded.kind === 'left-out') return { bytes, reason: decoded.reason };
  const textReason = reasonFromText(decoded.text);
  if (textReason) return { bytes, reason: textReason };
  return { path: file.path, language, bytes: content.length, text: decoded.text };
}

function verdictOf(file: Pick<FileVerdict, 'path' | 'language' | 'bytes'>, reason?: string): FileVerdict {
  const { path, language, bytes } = file;
  return reason === undefined
    ? { path, language, bytes, verdict: 'taken' }
    : { path, language, bytes, verdict: 'left-out', reason };
}

async function middlesOf({ path, language, text }: Source, seed: number): Promise<Middle[] | null> {
  const scopes = await scopesOf(text, language);
  return scopes && drawMiddles(text, scopes, 'middles', String(seed), path);
}

function pairsOf(
  { path, language, text, bytes }: Source,
  middles: readonly Middle[],
  split: Split,
  commit: string,
): Pair[] {
  // ASCII text has one byte a unit; measuring every prefix of the others costs their length again.
  const ascii = bytes === text.length;
  let at = 0;
  let atByte = 0;
  const byteOf = (index: number): number => {
    if (ascii) return index;
    atByte += index >= at ? Buffer.byteLength(text.slice(at, index)) : -Buffer.byteLength(text.slice(index, at));
    at = index;
    return atByte;
  };
  return middles.map(({ kind, start, end }) => ({
    path,
    language,
    kind,
    split,
    commit,
    startByte: byteOf(start),
    endByte: byteOf(end),
    prefix: text.slice(0, start),
    middle: text.slice(start, end),
    suffix: text.slice(end),
    context: '',
  }));
}

/** An even, deterministic sample: the pairs whose hash is lowest. */
function atMost(pairs: readonly Pair[], split: Split, limit: number): Pair[] {
  const own = pairs.filter((pair) => pair.split === split);
  if (own.length <= limit) return own;
  return own
    .map((pair) => ({ pair, key: hashFraction('sample', pair.path, String(pair.startByte)) }))
    .sort((a, b) => a.key - b.key)
    .slice(0, limit)
    .map(({ pair }) => pair);
}

function requireEnough(folder: string, sources: readonly Source[], pairs: readonly Pair[], listed: number): void {
  const lines = sources.reduce((sum, { text }) => sum + text.split('\n').length, 0);
  const heldOut = pairs.filter(({ split }) => split === 'held-out').length;
  const train = pairs.length - heldOut;
  if (
    sources.length >= least.files &&
    lines >= least.lines &&
    train >= least.trainPairs &&
    heldOut >= least.heldOutPairs
  )
    return;
  throw new MiningError(
    'too-little-code',
    `Too little code to learn from in ${folder}: ${lines} lines in ${sources.length} source files (of ${listed} files) give ${train} training ` +
      `and ${heldOut} held-out pairs; at least ${least.lines} lines in ${least.files} files, ${least.trainPairs} training and ` +
      `${least.heldOutPairs} held-out pairs are needed. Open a folder with more code.`,
  );
}

function digestOf(pairs: readonly Pair[]): string {
  const hash = createHash('sha256');
  for (const { path, kind, split, startByte, endByte, prefix, middle, suffix, context } of pairs) {
    hash.update(JSON.stringify([path, kind, split, startByte, endByte, context]));
    // Whole files would be hashed once per pair: their lengths and what is near the middle say the same with the middle.
    hash.update(`${prefix.length},${suffix.length},${prefix.slice(-512)}\0${middle}\0${suffix.slice(0, 512)}`);
  }
  return hash.digest('hex');
}
