/** What each folder of a next-edit run depends on: it names the work folder, and is claimed there before anything is measured. */
import { basename, join } from 'node:path';
import type { ModelInfo } from '../../server/engine/types.ts';
import { findRepository } from '../../server/git/repository.ts';
import { editLayoutOf } from '../../server/prompt/editPrompt.ts';
import { formatOf } from '../../server/prompt/index.ts';
import { type MadeWith, refusalOf, remember } from '../madeWith.ts';

export interface Repositories {
  readonly folder: string;
  /** Whose adapter the arm `other` uses; null: none, or nobody asks for it. */
  readonly other: string | null;
}

export interface Conditions {
  readonly model: ModelInfo;
  readonly sha256: string;
  /** All that places, tunes and timings depend on. */
  readonly options: string;
}

/** A folder below the work folder, of one repository: its places and answers, and its tune. */
export interface Made {
  readonly repository: string;
  readonly now: MadeWith;
}

/**
 * Places are drawn from what a tune at the same commit does not learn: at another, it may learn them.
 * @throws if two repositories would share a folder.
 */
export async function madeOf(
  repositories: readonly Repositories[],
  { model, sha256, options }: Conditions,
): Promise<Made[]> {
  const base = { model: sha256, prompts: formatOf(model), editLayout: editLayoutOf(model), options };
  const others = new Map(repositories.map(({ folder, other }) => [folder, other]));
  for (const { other } of repositories) if (other !== null && !others.has(other)) others.set(other, null);
  const made: Made[] = [];
  for (const [folder, other] of others) {
    const repository = basename(folder);
    if (made.some((one) => one.repository === repository))
      throw new Error(`Two repositories are called ${repository}, and would share their results.`);
    const named = other === null ? {} : { other: `${basename(other)} at ${await commitOf(other)}` };
    made.push({ repository, now: { ...base, commit: await commitOf(folder), ...named } });
  }
  return made;
}

/** null, and the folders remember what they are made with; or why they cannot hold this run's results. */
export function claim(work: string, made: readonly Made[]): string | null {
  for (const { repository, now } of made) {
    const refusal = refusalOf(join(work, repository), now, null);
    if (refusal !== null) return refusal;
  }
  for (const { repository, now } of made) remember(join(work, repository), now);
  return null;
}

async function commitOf(folder: string): Promise<string> {
  return (await findRepository(folder))?.commit ?? '';
}
