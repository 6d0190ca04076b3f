/** Whether texts that were learned earlier would be learned today, by the same rule as texts of any age. */
import { resolve } from 'node:path';
import { Admission, reasonsOf } from './admission.ts';
import { keptOut } from './keptOut.ts';
import { repositoryOf } from './repository.ts';
import { listCandidates } from './sources.ts';
import type { Dataset } from './types.ts';

/**
 * Which of these paths, relative to the root, would not be learned now, whether they still exist or not. Counts what they became since, too:
 * text may have moved to where it is left out. `now`: what was mined of the folder just now.
 */
export async function leftOutNow(
  folder: string,
  now: Pick<Dataset, 'root' | 'files'>,
  paths: readonly string[],
  signal: AbortSignal,
): Promise<readonly string[]> {
  const reasons = reasonsOf(now.files);
  const repository = await repositoryOf(folder, signal);
  if (repository === null) {
    const out = await keptOut(now.root, paths);
    return paths.filter((path) => reasons.has(path) || out.has(path));
  }
  const listing = await listCandidates(resolve(folder), repository, signal);
  const rule = await new Admission(resolve(folder), listing, reasons, signal).ruleFor(paths);
  return paths.filter((path) => rule(path) !== undefined);
}
