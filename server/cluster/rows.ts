/**
 * Rows of `train.jsonl`: what a tune on this machine learns from, laid out by the one prompt builder and tokenized by the engine that
 * serves. The token ids are what is trained on. A cluster's tokenizer would have to be told where the parts of a prompt end, and those of
 * llama.cpp and of the hub need not agree; the text is there to be read, and so that train.py notices a base with another vocabulary.
 */
import { type FileHandle, open } from 'node:fs/promises';
import type { Train } from '../tuning/prepare.ts';

/** One line. TRL and Axolotl both take rows of this shape as they are. */
export interface TrainingRow {
  readonly text: string;
  readonly input_ids: readonly number[];
  readonly attention_mask: readonly number[];
  /** -100 up to where the completion begins: its tokens alone carry loss. */
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

/** @returns the bytes written. */
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
