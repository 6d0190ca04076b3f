import { closeSync, fstatSync, readSync, type Stats } from 'node:fs';
import { openFile } from '../storage/openFile.ts';
import { decode, maxFileBytes } from './content.ts';
import { hashBytes, middleFields } from './fileMiner.ts';
import { mixKinds } from './mix.ts';
import type { Draft } from './select.ts';
import type { Pair } from './types.ts';

/** A file's decoded text, or null if it is no longer the one that was mined. */
export type TextOf = (path: string) => string | null;

/**
 * Rereads texts for the chosen pairs: keeping them all would hold a large repository in memory. A file with the same size and times as
 * listed is the one that was mined; otherwise its content decides. `statOf`: as listed, null if not usable.
 */
export function textReader(
  fullPathOf: (path: string) => string,
  hashOf: (path: string) => string | undefined,
  statOf: (path: string) => Stats | null,
): TextOf {
  // One buffer for all: allocating one per file takes as long as reading it.
  const buffer = Buffer.allocUnsafeSlow(maxFileBytes + 1);
  return (path) => {
    try {
      const { bytes, unchanged } = readInto(buffer, fullPathOf(path), statOf(path));
      if (!unchanged && hashBytes(bytes) !== hashOf(path)) return null;
      const decoded = decode(bytes);
      return decoded.kind === 'text' ? decoded.text : null;
    } catch {
      return null;
    }
  };
}

/** As `read`, caching up to `mostChars` of text: files are read for leaks and then for their pairs. */
export function remembering(read: TextOf, mostChars: number): TextOf {
  const known = new Map<string, string | null>();
  let chars = 0;
  return (path) => {
    if (known.has(path)) return known.get(path) ?? null;
    const text = read(path);
    chars += text?.length ?? 0;
    if (chars <= mostChars) known.set(path, text);
    return text;
  };
}

/** As much of a file as `buffer` holds: one byte more than the largest mined file. */
function readInto(buffer: Buffer, path: string, listed: Stats | null): { bytes: Buffer; unchanged: boolean } {
  const file = openFile(path);
  try {
    let length = 0;
    for (let read = -1; read !== 0 && length < buffer.length; length += read)
      read = readSync(file, buffer, length, buffer.length - length, null);
    // Stat after reading, to catch writes in between.
    const unchanged = listed !== null && sameStamp(fstatSync(file), listed);
    return { bytes: buffer.subarray(0, length), unchanged };
  } finally {
    closeSync(file);
  }
}

function sameStamp(a: Stats, b: Stats): boolean {
  return a.size === b.size && a.mtimeMs === b.mtimeMs && a.ctimeMs === b.ctimeMs && a.ino === b.ino;
}

/** The pairs of one file, from its text, without anything beyond a line with a secret. */
export function pairsOf(text: string, drafts: readonly Draft[], language: string, commit: string): Pair[] {
  const byteOf = byteOffsets(text);
  return [...drafts]
    .sort((a, b) => startOf(a) - startOf(b))
    .map(({ file, field, split }) => {
      const [kind = 0, start = 0, end = 0] = file.middles.subarray(field, field + middleFields);
      const from = cutBefore(file.secrets, start);
      const to = cutAfter(file.secrets, end, text.length);
      return {
        path: file.path,
        language,
        kind: mixKinds[kind] as string,
        split,
        commit,
        startByte: byteOf(start),
        endByte: byteOf(end),
        prefix: text.slice(from, start),
        middle: text.slice(start, end),
        suffix: text.slice(end, to),
        context: '',
      };
    });
}

function startOf({ file, field }: Draft): number {
  return file.middles[field + 1] as number;
}

/** End of the last line with a secret that ends before `index`; 0 if there is none. */
export function cutBefore(secrets: ArrayLike<number>, index: number): number {
  let cut = 0;
  for (let i = 0; i < secrets.length; i += 2)
    if ((secrets[i + 1] as number) <= index) cut = (secrets[i + 1] as number) + 1;
  return Math.min(cut, index);
}

/** Start of the first line with a secret that begins after `index`; `length` if there is none. */
export function cutAfter(secrets: ArrayLike<number>, index: number, length: number): number {
  for (let i = 0; i < secrets.length; i += 2) if ((secrets[i] as number) >= index) return secrets[i] as number;
  return length;
}

/** UTF-8 offset of a UTF-16 index, for queries in nearly ascending order. */
function byteOffsets(text: string): (index: number) => number {
  let at = 0;
  let atByte = 0;
  return (index) => {
    atByte += index >= at ? Buffer.byteLength(text.slice(at, index)) : -Buffer.byteLength(text.slice(index, at));
    at = index;
    return atByte;
  };
}
