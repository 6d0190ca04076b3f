/** Models in several files, as llama.cpp's gguf-split writes them: they complete from their first piece, and are tuned only joined. */
import { ModelError } from '../gguf/errors.ts';
import type { GgufHeader } from '../gguf/ggufHeader.ts';
import { isFile } from '../storage/isFile.ts';

const FIRST = /-00001-of-(\d{5}\.gguf)$/;

/** Of how many files this one is a piece; 1 for a whole model. */
export function piecesOf(metadata: GgufHeader['metadata']): number {
  return Math.max(1, Number(metadata.get('split.count')) || 1);
}

/** @throws {ModelError} for a piece that completes nothing: another than the first, or a first one without the others beside it. */
export async function requireUsablePiece(metadata: GgufHeader['metadata'], path: string): Promise<void> {
  const pieces = piecesOf(metadata);
  if (pieces === 1) return;
  const [, total = ''] = FIRST.exec(path) ?? [];
  if (Number.parseInt(total, 10) === pieces && Number(metadata.get('split.no')) === 0) {
    const others = Array.from({ length: pieces - 1 }, (_, i) =>
      path.replace(FIRST, `-${String(i + 2).padStart(5, '0')}-of-$1`),
    );
    if ((await Promise.all(others.map(isFile))).every((is) => is)) return;
  }
  throw inPieces(path, pieces);
}

export function inPieces(path: string, pieces: number): ModelError {
  return new ModelError(
    'not-a-model',
    `${path} is one of ${pieces} pieces of a model. Join them with llama.cpp (llama-gguf-split --merge, the first piece, a new file), and choose that file.`,
  );
}
