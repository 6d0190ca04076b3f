/** The last step of every way of mining: enough pairs, in order, with their digest and figures. */
import { createHash } from 'node:crypto';
import { counted } from '../common/format.ts';
import { defaults } from './core.ts';
import { MiningError } from './errors.ts';
import type { MinedFile } from './fileMiner.ts';
import { SUBMODULE } from './listing.ts';
import { leftOutOf } from './report.ts';
import type { FileVerdict, Pair } from './types.ts';

/** Below this, nothing worth an adapter is learned, and held-out figures mean nothing. */
export const least = { files: 2, lines: 200, trainPairs: 20, heldOutPairs: 3 } as const;

/** Named where too little is left. */
const MOST_REASONS = 3;

/** History may make up a quarter of the training pairs. */
export function historyLimit(pairs: readonly Pair[]): number {
  return Math.min(defaults.maxHistoryPairs, Math.ceil(pairs.filter(({ split }) => split === 'train').length / 3));
}

export function totals(taken: readonly MinedFile[]): { lines: number; bytes: number; secretLines: number } {
  return {
    lines: taken.reduce((sum, { lines }) => sum + lines, 0),
    bytes: taken.reduce((sum, { bytes }) => sum + bytes, 0),
    secretLines: taken.reduce((sum, file) => sum + file.secretLines, 0),
  };
}

/** `warnings`: what was left out along the way, which may be why there is too little. */
export function requireEnough(
  folder: string,
  files: readonly FileVerdict[],
  taken: readonly MinedFile[],
  pairs: readonly Pair[],
  warnings: readonly string[],
): void {
  const lines = taken.reduce((sum, file) => sum + file.lines, 0);
  const heldOut = pairs.filter(({ split }) => split === 'held-out').length;
  const train = pairs.length - heldOut;
  if (taken.length >= least.files && lines >= least.lines && train >= least.trainPairs && heldOut >= least.heldOutPairs)
    return;
  const leftOut = leftOutOf(files);
  const more = leftOut[SUBMODULE] === undefined ? '' : ', such as that of a submodule';
  const advice = [...whyLeftOut(leftOut), ...new Set(warnings), `Open a folder with more code${more}.`];
  throw new MiningError(
    'too-little-code',
    `Too little code to learn from in ${folder}: ${counted(lines, 'line')} in ${counted(taken.length, 'source file')} (of ${counted(files.length, 'file')}), ` +
      `which give ${counted(train, 'pair')} to learn from and ${heldOut} to measure with; at least ${least.lines} lines in ${least.files} files, ` +
      `${least.trainPairs} pairs and ${least.heldOutPairs} are needed. ${advice.join(' ')}`,
  );
}

/** A sentence with the commonest reasons: whoever sees code in the folder wonders where it went. */
function whyLeftOut(leftOut: Readonly<Record<string, number>>): string[] {
  const reasons = Object.entries(leftOut).slice(0, MOST_REASONS);
  const told = reasons.map(([reason, files]) => `${reason} (${counted(files, 'file')})`);
  return told.length === 0 ? [] : [`Left out: ${told.join(', ')}.`];
}

export function byPlace(a: Pair, b: Pair): number {
  if (a.path !== b.path) return a.path < b.path ? -1 : 1;
  return a.startByte - b.startByte || (a.commit < b.commit ? -1 : a.commit > b.commit ? 1 : a.endByte - b.endByte);
}

export function digestOf(pairs: readonly Pair[]): string {
  const hash = createHash('sha256');
  for (const { path, kind, split, commit, startByte, endByte, prefix, middle, suffix, context } of pairs) {
    // Whole files would be hashed once per pair: their lengths and the text around the middle identify the pair as well.
    const text = `${prefix.length},${suffix.length},${prefix.slice(-512)}\0${middle}\0${suffix.slice(0, 512)}`;
    hash.update(
      `${JSON.stringify([path, kind, split, kind === 'history' ? commit : '', startByte, endByte])}${context}\0${text}\0`,
    );
  }
  return hash.digest('hex');
}
