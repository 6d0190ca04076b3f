/** The sets of a tune without held-out pairs that the version it continues, or has to beat, may have learned. */
import type { StoredAdapter } from '../adapters/store.ts';
import type { MinedSets } from '../mining/sets.ts';
import { heldOutFraction, heldOutPosition } from '../mining/split.ts';
import type { PromptFormat } from '../protocol/promptFormat.ts';
import { TuneError } from '../tuning/errors.ts';
import { FROM_SCRATCH, requireMeasurable } from '../versions/continuing.ts';
import { formatObjection } from '../versions/formatObjection.ts';
import { canBeNamed, mayHaveLearned, type WhatLearned, withoutPaths } from '../versions/neverLearned.ts';
import { splitObjection } from '../versions/splitObjection.ts';

export interface BesideParent<Sets> {
  readonly sets: Sets;
  /** Files on the scale that it, or a version before it, may have learned under another name: for the manifest of its continuation. */
  readonly learnedOnScale: readonly string[];
}

/** @throws {TuneError} if the parent may have learned what is held out: its continuation would know that too. */
export async function neverLearnedByParent<Sets extends Pick<MinedSets, 'dataset'>>(
  sets: Sets,
  parent: StoredAdapter,
  signal: AbortSignal,
): Promise<BesideParent<Sets>> {
  requireMeasurable(parent, sets.dataset);
  const { firstCommit, files } = sets.dataset;
  const isOnScale = (path: string): boolean => heldOutPosition(firstCommit, path) < heldOutFraction;
  // A file without pairs now may have some when the continuation is measured again, or continued.
  const onScale = files.map(({ path }) => path).filter(isOnScale);
  const { sets: left, learned, objection } = await withoutLearned(sets, parent, signal, onScale);
  const now = [...learned].filter(isOnScale);
  // One that is gone may come back, with another branch.
  const learnedOnScale = [...new Set([...(parent.manifest.dataset.learnedOnScale ?? []), ...now])];
  const problem =
    objection ??
    (canBeNamed(learnedOnScale) ? null : `Adapter ${parent.id} may have learned too many files that are held out now`);
  if (problem === null) return { sets: left, learnedOnScale };
  throw new TuneError(`${problem}, so a continuation cannot be measured on files it never saw. ${FROM_SCRATCH}`);
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

/**
 * The sets without held-out pairs that the version may have learned; `learned`: those of their files, and of `also`, that it may have learned;
 * `objection`: why it cannot be measured on what is left.
 */
export async function withoutLearned<Sets extends Pick<MinedSets, 'dataset'>>(
  sets: Sets,
  version: WhatLearned,
  signal: AbortSignal,
  also: readonly string[] = [],
): Promise<{ readonly sets: Sets; readonly learned: ReadonlySet<string>; readonly objection: string | null }> {
  const { dataset } = sets;
  const heldOut = dataset.pairs.filter(({ split }) => split === 'held-out');
  const paths = new Set([...heldOut.map(({ path }) => path), ...also]);
  const learned = await mayHaveLearned(paths, version, dataset.root, signal);
  const { left, objection } = withoutPaths(heldOut, learned, version);
  if (left.length === heldOut.length) return { sets, learned, objection };
  const kept = new Set(left);
  const pairs = dataset.pairs.filter((pair) => pair.split !== 'held-out' || kept.has(pair));
  return { sets: { ...sets, dataset: { ...dataset, pairs } }, learned, objection };
}
