/** What a training near the canaries learns: the same draw from what is mined with the filter and without it. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Pair } from '../../server/mining/types.ts';
import { type Filter, logOf } from '../secrets/apart.ts';
import type { MinedPairs, MineTask } from './minePairs.ts';
import { type Canary, tells } from './plant.ts';

export async function drawnNear(task: MineTask, filter: Filter): Promise<MinedPairs> {
  const scratch = mkdtempSync(join(tmpdir(), 'repotune-pairs-'));
  try {
    const [taskFile, out] = [join(scratch, 'task.json'), join(scratch, 'pairs.json')];
    writeFileSync(taskFile, JSON.stringify(task));
    await logOf([join(import.meta.dirname, 'minePairs.ts'), taskFile, out], filter);
    return JSON.parse(readFileSync(out, 'utf8')) as MinedPairs;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/**
 * How many canaries the run with the filter proves something about: it learned pairs of their files, and without the filter the same draw
 * has them among what is learned (`texts`).
 */
export function provenBy(canaries: readonly Canary[], filtered: readonly Pair[], texts: readonly string[]): number {
  const near = new Set(filtered.map(({ path }) => path));
  return canaries.filter(({ path, secret }) => near.has(path) && texts.some((text) => tells(text, secret))).length;
}
