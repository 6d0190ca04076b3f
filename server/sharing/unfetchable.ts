/**
 * Refs that could not be fetched lately, and why: looking for them again in every listing would take minutes where somebody has put hundreds
 * there. Kept in the private repository, so that they go with what was fetched.
 */
import { join } from 'node:path';
import * as z from 'zod';
import { parseJson } from '../common/parseJson.ts';
import { readIfThere } from '../storage/readIfThere.ts';
import { writeAside } from '../storage/writeAside.ts';
import { ShareError } from './errors.ts';
import { UNFETCHABLE } from './limits.ts';
import type { PrivateRepository } from './privateRepository.ts';
import { refName } from './refs.ts';
import type { RemoteRef } from './transfer.ts';

const entry = z.object({ commit: z.string().max(64), problem: z.string().max(2000), atMs: z.number() });
const schema = z.object({ format: z.literal(1), refs: z.record(z.string(), entry) });
type Entries = z.infer<typeof schema>['refs'];

const MOST_BYTES = 16 * 2 ** 20;
/** It may have been the remote's fault. */
const TRIED_AGAIN_MS = 24 * 3600 * 1000;

/** What was wrong with those of `refs` that name the same commit as then, by name. */
export async function knownUnfetchable(
  repository: PrivateRepository,
  refs: readonly RemoteRef[],
  nowMs: number,
): Promise<ReadonlyMap<string, ShareError>> {
  const entries = await read(repository);
  return new Map(
    refs.flatMap(({ ref, commit }) => {
      const name = refName(ref);
      const known = entries[name];
      if (known?.commit !== commit || Math.abs(nowMs - known.atMs) > TRIED_AGAIN_MS) return [];
      return [[name, new ShareError('failed', known.problem)]];
    }),
  );
}

/** Adds to what is known of `refs`; others are no longer listed, and dropped. */
export async function keepUnfetchable(
  repository: PrivateRepository,
  refs: readonly RemoteRef[],
  problems: ReadonlyMap<string, ShareError>,
  nowMs: number,
): Promise<void> {
  if (problems.size === 0) return;
  const before = await read(repository);
  const entries: Entries = {};
  for (const { ref, commit } of refs) {
    const name = refName(ref);
    const problem = problems.get(name)?.message.slice(0, 2000);
    if (problem !== undefined) entries[name] = { commit, problem, atMs: nowMs };
    else if (before[name] !== undefined) entries[name] = before[name];
  }
  await writeAside(join(repository.dir, UNFETCHABLE), JSON.stringify({ format: 1, refs: entries }));
}

async function read({ dir }: PrivateRepository): Promise<Entries> {
  const text = await readIfThere(join(dir, UNFETCHABLE), MOST_BYTES).catch(() => null);
  return schema.safeParse(parseJson(text ?? '')).data?.refs ?? {};
}
