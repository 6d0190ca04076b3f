/** Claims a work folder for a run: before anything is measured, since a refusal after hours would come too late. */
import { basename, join } from 'node:path';
import type { ModelInfo } from '../../server/engine/types.ts';
import { findRepository } from '../../server/git/repository.ts';
import { formatOf, publishedFormatOf } from '../../server/prompt/index.ts';
import { type MadeWith, refusalOf, remember } from '../madeWith.ts';
import { type Learned, learnedBy } from './arms.ts';
import type { Repositories, RunOptions } from './run.ts';

type Run = Pick<RunOptions, 'work' | 'arms' | 'places' | 'minutes' | 'promptTokens'>;

/** null, and the folder remembers what it is made with; or why it cannot hold this run's results. */
export async function claim(
  repositories: readonly Repositories[],
  run: Run,
  { model, sha256 }: { readonly model: ModelInfo; readonly sha256: string },
): Promise<string | null> {
  const learns = (name: Learned): boolean => run.arms.some((arm) => learnedBy(arm) === name);
  const base = { model: sha256, prompts: formatOf(model) };
  const duration = { minutes: run.minutes };
  const made: { folder: string; now: MadeWith }[] = [];
  for (const { folder, other } of repositories) {
    const learnsOther = other !== null && learns('other');
    const now = {
      ...base,
      places: run.places,
      promptTokens: run.promptTokens,
      commit: await commitOf(folder),
      ...(learns('own') || learnsOther ? duration : {}),
      ...(learnsOther ? { other: `${basename(other)} at ${await commitOf(other)}` } : {}),
    };
    made.push({ folder: join(run.work, basename(folder)), now });
  }
  if (learns('layout')) made.push({ folder: join(run.work, 'layout'), now: { ...base, ...duration } });
  for (const { folder, now } of made) {
    const refusal = refusalOf(folder, now, publishedFormatOf(model));
    if (refusal !== null) return refusal;
  }
  for (const { folder, now } of made) remember(folder, now);
  return null;
}

async function commitOf(folder: string): Promise<string> {
  return (await findRepository(folder))?.commit ?? '';
}
