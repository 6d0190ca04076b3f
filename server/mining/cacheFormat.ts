/**
 * The bytes of mining's cache: sha256 of all that follows, length of the head as a little endian 32-bit number, the head (JSON, padded to
 * whole words), then the numbers of all files one after the other, as 32-bit words in native byte order: reading 8,000 files creates only
 * views on them.
 */

import { hash } from 'node:crypto';
import * as z from 'zod';
import { parseJson } from '../common/parseJson.ts';
import { type MinedFile, middleFields } from './fileMiner.ts';

/** Raise it with every change to the result of mining a file (languages, mix, secrets, verdicts) and to the format. */
const cacheVersion = 20;

/** The result for one file under some options. */
export interface Entry {
  readonly options: string;
  /** Size and times of the file, '' if another content could have them too. */
  readonly stamp: string;
  /** Saves since it was last used. */
  readonly idle: number;
  /** Whether signatures were searched for. */
  readonly definitions: boolean;
  readonly mined: MinedFile;
}

const count = z.int().nonnegative();
/** As an array: property names would be two thirds of the head. */
const row = z.tuple([
  z.string(), // options
  z.string(), // stamp
  count, // idle
  z.boolean(), // definitions looked for
  z.string(), // path
  count, // bytes
  z.string().nullable(), // reason
  z.string(), // contentHash
  count, // lines
  count, // lines with secrets
  z.tuple([count, count, count.nullable(), count, count]), // words of middles, secrets, sketch, fingerprints, definitions
]);
const head = z.object({ version: z.literal(cacheVersion), rows: z.array(row) });

const sumBytes = 32;
const bodyFrom = sumBytes + 4;

export function encodeEntries(entries: readonly Entry[]): Uint8Array {
  const rows = entries.map(
    ({ options, stamp, idle, definitions, mined }): z.infer<typeof row> => [
      options,
      stamp,
      idle,
      definitions,
      mined.path,
      mined.bytes,
      mined.reason ?? null,
      mined.contentHash,
      mined.lines,
      mined.secretLines,
      [
        mined.middles.length,
        mined.secrets.length,
        mined.sketch?.length ?? null,
        mined.fingerprints.length,
        mined.definitions.length,
      ],
    ],
  );
  const arrays = entries.flatMap(({ mined }) => [
    mined.middles,
    mined.secrets,
    ...(mined.sketch ? [mined.sketch] : []),
    mined.fingerprints,
    mined.definitions,
  ]);
  const text = Buffer.from(JSON.stringify({ version: cacheVersion, rows }));
  const wordsFrom = wordsAfter(text.length);
  const words = arrays.reduce((sum, { length }) => sum + length, 0);
  const file = new Uint8Array(wordsFrom + 4 * words);
  file.set(text, bodyFrom);
  new DataView(file.buffer).setUint32(sumBytes, text.length, true);
  const numbers = new Int32Array(file.buffer, wordsFrom);
  let at = 0;
  for (const array of arrays) {
    numbers.set(array, at);
    at += array.length;
  }
  file.set(hash('sha256', file.subarray(sumBytes), 'buffer'));
  return file;
}

/** null if the bytes were not written by this version's {@link encodeEntries}, or are inconsistent. */
export function decodeEntries(bytes: Uint8Array): Entry[] | null {
  // Views need word alignment, which a buffer from Node's pool may not have.
  const file = bytes.byteOffset % 4 === 0 ? bytes : new Uint8Array(bytes);
  if (file.length < bodyFrom) return null;
  if (!hash('sha256', file.subarray(sumBytes), 'buffer').equals(file.subarray(0, sumBytes))) return null;
  const textLength = new DataView(file.buffer, file.byteOffset).getUint32(sumBytes, true);
  const wordsFrom = wordsAfter(textLength);
  if (wordsFrom > file.length) return null;
  const text = new TextDecoder().decode(file.subarray(bodyFrom, bodyFrom + textLength));
  const parsed = head.safeParse(parseJson(text));
  if (!parsed.success) return null;
  const words = Math.floor((file.length - wordsFrom) / 4);
  let at = 0;
  const ints = (length: number) => {
    const view = new Int32Array(file.buffer, file.byteOffset + wordsFrom + 4 * at, length);
    at += length;
    return view;
  };
  const unsigned = (length: number) => {
    const view = ints(length);
    return new Uint32Array(view.buffer, view.byteOffset, length);
  };
  const entries: Entry[] = [];
  for (const [options, stamp, idle, looked, path, bytes, reason, contentHash, lines, secretLines, lengths] of parsed
    .data.rows) {
    const [middles, secrets, sketch, fingerprints, definitions] = lengths;
    if (at + middles + secrets + (sketch ?? 0) + fingerprints + definitions > words) return null;
    const mined: MinedFile = {
      path,
      bytes,
      ...(reason === null ? {} : { reason }),
      contentHash,
      lines,
      middles: ints(middles),
      secrets: ints(secrets),
      secretLines,
      sketch: sketch === null ? null : unsigned(sketch),
      fingerprints: unsigned(fingerprints),
      definitions: ints(definitions),
    };
    if (!isSound(mined)) return null;
    entries.push({ options, stamp, idle, definitions: looked, mined });
  }
  return entries;
}

/** Where the words start after a head of so many bytes. */
function wordsAfter(textLength: number): number {
  return Math.ceil((bodyFrom + textLength) / 4) * 4;
}

/** Whether all ranges lie in a file of this size. */
function isSound({ bytes, middles, secrets, definitions }: MinedFile): boolean {
  return inOrder(middles, middleFields, 1, bytes) && inOrder(secrets, 2, 0, bytes) && inOrder(definitions, 2, 0, bytes);
}

/** Whether the rows of `fields` numbers have ordered starts and ends (at `at`) within a text of at most `length` units. */
function inOrder(rows: Int32Array, fields: number, at: number, length: number): boolean {
  if (rows.length % fields !== 0) return false;
  for (let i = at; i < rows.length; i += fields) {
    const start = rows[i] as number;
    const end = rows[i + 1] as number;
    if (start < 0 || end < start || end > length) return false;
  }
  return true;
}
