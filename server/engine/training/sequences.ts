/**
 * Token sequences of a run, in one binary file in the run's folder. Layout, little endian 32-bit words: magic, count,
 * then per sequence: split (0 train, 1 held-out; plus 2: answer only), tokens, lossFrom, token ids.
 */
import { readFile } from 'node:fs/promises';
import { writeAside } from '../../storage/writeAside.ts';
import { EngineError } from '../errors.ts';

export interface Sequence {
  readonly split: 'train' | 'held-out';
  /** [tokens] */
  readonly tokens: Int32Array;
  /** Index of the first token that carries loss; everything from there on does. */
  readonly lossFrom: number;
  /** No loss on the tokens before, whatever the schedule's prompt weight: they repeat themselves. */
  readonly answerOnly?: boolean;
}

const MAGIC = 0x51455352;
/** Bits of a sequence's first word. */
const HELD_OUT = 1;
const ANSWER_ONLY = 2;

export async function writeSequences(path: string, sequences: readonly Sequence[]): Promise<void> {
  const words = sequences.reduce((sum, { tokens }) => sum + 3 + tokens.length, 2);
  const out = new Int32Array(words);
  out.set([MAGIC, sequences.length]);
  let at = 2;
  for (const { split, tokens, lossFrom, answerOnly = false } of sequences) {
    out.set([(split === 'train' ? 0 : HELD_OUT) | (answerOnly ? ANSWER_ONLY : 0), tokens.length, lossFrom], at);
    out.set(tokens, at + 3);
    at += 3 + tokens.length;
  }
  await writeAside(path, Buffer.from(out.buffer));
}

/** Throws if the file was not written completely by {@link writeSequences}. */
export async function readSequences(path: string): Promise<Sequence[]> {
  const bytes = await readFile(path);
  const words = new Int32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + (bytes.byteLength & ~3)));
  if (words[0] !== MAGIC) throw new EngineError('wrong-kind', `${path} is not a sequences file. Start the tune again.`);
  const sequences: Sequence[] = [];
  let at = 2;
  for (let i = 0; i < words[1]!; i++) {
    const [kind = 0, length, lossFrom] = words.subarray(at, at + 3);
    const tokens = words.slice(at + 3, at + 3 + (length ?? 0));
    if (length === undefined || tokens.length !== length)
      throw new EngineError('file-damaged', `${path} is cut short. Start the tune again.`);
    const split = (kind & HELD_OUT) === 0 ? 'train' : 'held-out';
    sequences.push({ split, tokens, lossFrom: lossFrom!, ...((kind & ANSWER_ONLY) === 0 ? {} : { answerOnly: true }) });
    at += 3 + length;
  }
  return sequences;
}
