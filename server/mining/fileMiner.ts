import { hash } from 'node:crypto';
import { closeSync, readFileSync } from 'node:fs';
import { Random } from '../common/random.ts';
import type { LanguageName } from '../languages/grammars/index.ts';
import { commentsOf, type FallbackName, hasGrammar, openingLength } from '../languages/languageOf.ts';
import { parse } from '../languages/parser.ts';
import { findSecrets } from '../secrets/scan.ts';
import { openFile } from '../storage/openFile.ts';
import { decode, maxFileBytes, reasonFromText } from './content.ts';
import { fingerprints, sketchOf } from './fingerprints.ts';
import { scopesByIndentation } from './indentation.ts';
import { type MixKind, mixKinds } from './mix.ts';
import { drawMiddles, drawRows, type Range } from './pairs.ts';
import { tokensOf } from './tokens.ts';

/** One file for a parser worker. */
export interface FileJob {
  readonly path: string;
  readonly fullPath: string;
  readonly language: LanguageName | FallbackName;
  readonly seed: number;
  /** Share of the file's pairs to draw. */
  readonly density: number;
  /** Whether signatures are wanted: their query costs a sixth of parsing. */
  readonly definitions: boolean;
  /** Kinds of pairs to draw; all if absent. */
  readonly kinds?: readonly MixKind[];
}

/** What can be known about a file on its own. Plain data: it crosses processes and is cached on disk. */
export interface MinedFile {
  readonly path: string;
  readonly bytes: number;
  /** Why the file is left out; everything else is then empty. */
  readonly reason?: string;
  readonly contentHash: string;
  readonly lines: number;
  /** [middles, 4]: index of the kind in `mixKinds`, start, end (UTF-16 units), hash of the middle's tokens. */
  readonly middles: Int32Array;
  /** [secrets, 2]: whole lines with a secret, UTF-16 units. */
  readonly secrets: Int32Array;
  /** Number of lines in those ranges. */
  readonly secretLines: number;
  readonly sketch: Uint32Array | null;
  readonly fingerprints: Uint32Array;
  /** [definitions, 2]: start and end of signatures. */
  readonly definitions: Int32Array;
}

export const middleFields = 4;

/** No pair this close to a secret, UTF-16 units; others have their window cut off before it. */
const secretMargin = 400;

/** Ranges in which no middle may be. */
export function aroundSecrets(secrets: readonly Range[]): Range[] {
  return secrets.map(({ start, end }) => ({ start: start - secretMargin, end: end + secretMargin }));
}

export async function mineFile(job: FileJob): Promise<MinedFile> {
  const content = readBytes(job.fullPath);
  if (!content) return leftOut(job.path, 0, 'cannot be read');
  // It may have grown since it was listed.
  if (content.length > maxFileBytes) return leftOut(job.path, content.length, 'too large');
  const without = (reason: string) => leftOut(job.path, content.length, reason, hashBytes(content));
  const decoded = decode(content);
  if (decoded.kind === 'left-out') return without(decoded.reason);
  const reason = reasonFromText(decoded.text);
  if (reason !== null) return without(reason);
  try {
    return (await mineText(job, decoded.text, content)) ?? without('parsing took too long');
  } catch (error) {
    // A grammar or rule that throws costs this file, not the run.
    return without(`failed: ${(error as Error).message}`);
  }
}

/** Everything after the file's own verdict; null if parsing took too long. */
export async function mineText(
  job: Omit<FileJob, 'fullPath'>,
  text: string,
  content: Uint8Array,
): Promise<MinedFile | null> {
  const { path, language, seed, density, kinds } = job;
  const random = new Random('middles', String(seed), path);
  const lines = text.split('\n').length;
  const rows = drawRows(lines, density, random);
  const syntax = hasGrammar(language) ? await parse(text, language) : null;
  if (hasGrammar(language) && !syntax) return null;
  const scopes = syntax ? syntax.scopes(rows) : scopesByIndentation(text, rows, commentsOf(language));
  if (scopes === null) return null;
  const secrets = secretLines(text, await findSecrets(path, text));
  const forbidden = [{ start: 0, end: openingLength(text, language) }, ...aroundSecrets(secrets)];
  const middles = drawMiddles(text, scopes, {
    random,
    rows,
    density,
    forbidden,
    bySyntax: syntax !== null,
    ...(kinds ? { kinds } : {}),
  });
  const tokens = tokensOf(text);
  return {
    path,
    bytes: content.length,
    contentHash: hashBytes(content),
    lines,
    middles: Int32Array.from(
      middles.flatMap(({ kind, start, end }) => [mixKinds.indexOf(kind), start, end, middleHash(text, start, end)]),
    ),
    secrets: Int32Array.from(secrets.flatMap(({ start, end }) => [start, end])),
    secretLines: lineCount(text, secrets),
    sketch: sketchOf(tokens),
    fingerprints: fingerprints(tokens),
    definitions: Int32Array.from(
      job.definitions && syntax ? syntax.definitions().flatMap(({ start, end }) => [start, end]) : [],
    ),
  };
}

/** Synchronous: this runs in a process of its own, where promises would only cost. */
export function readBytes(path: string): Buffer | null {
  try {
    const file = openFile(path);
    try {
      return readFileSync(file);
    } finally {
      closeSync(file);
    }
  } catch {
    return null;
  }
}

export function hashBytes(content: Uint8Array): string {
  return hash('sha256', content, 'base64');
}

/** 0 for middles too short for a repeat to mean anything. */
function middleHash(text: string, start: number, end: number): number {
  const { hashes, count } = tokensOf(text, start, end);
  if (count < 12) return 0;
  let hash = count;
  for (let i = 0; i < count; i++) hash = Math.imul(hash ^ (hashes[i] as number), 0x01000193);
  return hash | 1;
}

/** The whole lines with these secrets, which are ordered by start; merged and ordered. */
export function secretLines(text: string, secrets: readonly Range[]): Range[] {
  const merged: { start: number; end: number }[] = [];
  for (const secret of secrets) {
    const last = merged.at(-1);
    // A line of data may hold tens of thousands; do not search for its ends each time.
    if (last && secret.end <= last.end) continue;
    const start = text.lastIndexOf('\n', secret.start - 1) + 1;
    const newLine = text.indexOf('\n', secret.end);
    const end = newLine === -1 ? text.length : newLine;
    if (last && start <= last.end + 1) last.end = Math.max(last.end, end);
    else merged.push({ start, end });
  }
  return merged;
}

/** Number of lines in ranges of whole lines. */
function lineCount(text: string, ranges: readonly Range[]): number {
  return ranges.reduce((sum, { start, end }) => sum + text.slice(start, end).split('\n').length, 0);
}

export function leftOut(path: string, bytes: number, reason: string, contentHash = ''): MinedFile {
  const none = new Int32Array(0);
  return {
    path,
    bytes,
    reason,
    contentHash,
    lines: 0,
    middles: none,
    secrets: none,
    secretLines: 0,
    sketch: null,
    fingerprints: new Uint32Array(0),
    definitions: none,
  };
}
