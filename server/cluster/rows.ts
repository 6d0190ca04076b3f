/**
 * Rows of `train.jsonl`: what a local tune learns from, laid out by the one prompt builder and tokenized by the serving engine. Training
 * uses the token ids. A cluster's tokenizer would have to be told where the parts of a prompt end, and llama.cpp's and the hub's tokenizers
 * may disagree; the text is included for reading, and so that train.py notices a base with another vocabulary.
 */
import { type FileHandle, open } from 'node:fs/promises';
import type { Train } from '../tuning/prepare.ts';

/** One line. TRL and Axolotl both accept rows of this shape unchanged. */
export interface TrainingRow {
  readonly text: string;
  readonly input_ids: readonly number[];
  readonly attention_mask: readonly number[];
  /** -100 up to the start of the completion: only its tokens carry loss. */
  readonly labels: readonly number[];
}

const NO_LOSS = -100;
const LINES_PER_WRITE = 500;

export function rowOf(tokens: Int32Array, lossFrom: number, text: string): TrainingRow {
  const ids = [...tokens];
  return {
    text,
    input_ids: ids,
    attention_mask: ids.map(() => 1),
    labels: ids.map((id, i) => (i < lossFrom ? NO_LOSS : id)),
  };
}

/** @returns the number of bytes written. */
export async function writeRows(
  path: string,
  { sequences, texts }: Pick<Train, 'sequences' | 'texts'>,
): Promise<number> {
  const file: FileHandle = await open(path, 'wx');
  try {
    let bytes = 0;
    for (let from = 0; from < sequences.length; from += LINES_PER_WRITE) {
      const lines = sequences
        .slice(from, from + LINES_PER_WRITE)
        .map(({ tokens, lossFrom }, i) => `${JSON.stringify(rowOf(tokens, lossFrom, texts[from + i]!))}\n`);
      const { bytesWritten } = await file.write(lines.join(''));
      bytes += bytesWritten;
    }
    await file.sync();
    return bytes;
  } finally {
    await file.close();
  }
}
