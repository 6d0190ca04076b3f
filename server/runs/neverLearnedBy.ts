/** The sets of a tune without held-out pairs that the version it continues, or has to beat, may have learned. */
import type { StoredAdapter } from '../adapters/store.ts';
import type { MinedSets } from '../mining/sets.ts';
import type { PromptFormat } from '../protocol/promptFormat.ts';
import { TuneError } from '../tuning/errors.ts';
import { FROM_SCRATCH, requireMeasurable } from '../versions/continuing.ts';
import { formatObjection } from '../versions/formatObjection.ts';
import { neverLearned, type WhatLearned } from '../versions/neverLearned.ts';
import { splitObjection } from '../versions/splitObjection.ts';

/** @throws {TuneError} if the parent may have learned what is held out: its continuation would know that too. */
export async function neverLearnedByParent<Sets extends Pick<MinedSets, 'dataset'>>(
  sets: Sets,
  parent: StoredAdapter,
  signal: AbortSignal,
): Promise<Sets> {
  requireMeasurable(parent, sets.dataset);
  const { sets: left, objection } = await withoutLearned(sets, parent, signal);
  if (objection === null) return left;
  throw new TuneError(`${objection}, so a continuation cannot be measured on files it never saw. ${FROM_SCRATCH}`);
}

export interface BesideRival<Sets> {
  /** What the new version has to beat; null if that would mean nothing. */
  readonly active: StoredAdapter | null;
  /** Why it cannot be compared with what serves; null if it can, or nothing serves. */
  readonly objection: string | null;
  readonly sets: Sets;
}

export async function besideRival<Sets extends Pick<MinedSets, 'dataset'>>(
  sets: Sets,
  serves: StoredAdapter | null,
  format: PromptFormat,
  signal: AbortSignal,
): Promise<BesideRival<Sets>> {
  if (serves === null) return { active: null, objection: null, sets };
  const unlike = splitObjection(serves, sets.dataset) ?? formatObjection(serves, format);
  if (unlike !== null) return { active: null, objection: unlike, sets };
  const { sets: left, objection } = await withoutLearned(sets, serves, signal);
  return objection === null ? { active: serves, objection, sets: left } : { active: null, objection, sets };
}

/** The sets without held-out pairs that the version may have learned; `objection`: why it cannot be measured on what is left. */
export async function withoutLearned<Sets extends Pick<MinedSets, 'dataset'>>(
  sets: Sets,
  version: WhatLearned,
  signal: AbortSignal,
): Promise<{ readonly sets: Sets; readonly objection: string | null }> {
  const { dataset } = sets;
  const heldOut = dataset.pairs.filter(({ split }) => split === 'held-out');
  const { left, objection } = await neverLearned(heldOut, version, dataset.root, signal);
  if (left.length === heldOut.length) return { sets, objection };
  const kept = new Set(left);
  const pairs = dataset.pairs.filter((pair) => pair.split !== 'held-out' || kept.has(pair));
  return { sets: { ...sets, dataset: { ...dataset, pairs } }, objection };
}
