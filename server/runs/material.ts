/** What a run works on: the base, the version that it continues from, and what was mined. */
import { join } from 'node:path';
import type { AdapterStore, StoredAdapter } from '../adapters/store.ts';
import { counted } from '../common/format.ts';
import { leftOutNow } from '../mining/leftOutNow.ts';
import type { MinedSets } from '../mining/sets.ts';
import type { Dataset, MineProgress } from '../mining/types.ts';
import { learnedTo } from '../protocol/manifest.ts';
import { sha256File, sha256OfModel } from '../storage/hash.ts';
import { TuneError } from '../tuning/errors.ts';
import { mineSplits, mineSplitsAgain } from '../tuning/splits.ts';
import type { TuneOptions } from '../tuning/types.ts';
import { parentOf } from '../versions/continuing.ts';
import { neverLearnedByParent, withoutLearned } from './neverLearnedBy.ts';
import type { Interrupted, ResumeRecord } from './resumeRecord.ts';

export interface Material {
  readonly baseSha256: string;
  /** The version that the run continues from. */
  readonly parent: StoredAdapter | null;
  readonly mined: MinedSets;
  /** As `neverLearnedByParent` tells. */
  readonly learnedOnScale: readonly string[];
}

export async function materialOf(
  options: TuneOptions,
  store: AdapterStore,
  onProgress: (progress: MineProgress) => void,
  signal: AbortSignal,
): Promise<Material> {
  const baseSha256 = await sha256OfModel(options.modelPath);
  const parent = await parentOf(store, options.keepUp ? 'active' : options.continueFrom, baseSha256);
  const all = await mineSplits(options, parent && learnedTo(parent.manifest), onProgress, signal);
  return { baseSha256, parent, ...(await besideParent(all, parent, signal)) };
}

/**
 * That of an interrupted run. It goes on with the text that it was begun with, so that its steps are those of an undisturbed one; only what
 * it is measured on is mined again. Files that have been left out of learning since must not have been among that text.
 * `options`: as it was begun, but for the folder, which may have been moved.
 * @throws {TuneError} if it cannot go on, saying why
 */
export async function materialAgain(
  { runDir, record }: Interrupted,
  options: TuneOptions,
  store: AdapterStore,
  onProgress: (progress: MineProgress) => void,
  signal: AbortSignal,
): Promise<Material> {
  const { job, parent: of, dataset: learned } = record;
  const baseSha256 = await sha256OfModel(options.modelPath);
  if (baseSha256 !== record.baseSha256)
    throw cannot(`${options.modelPath} is not the model that it trains on: it was replaced meanwhile`);
  if ((await sha256File(join(runDir, job.sequencesFile))) !== record.sequencesSha256)
    throw cannot('what it learns from is damaged');
  const parent = await parentOf(store, of ?? undefined, baseSha256);
  const all = await mineSplitsAgain(options, learned.learnedTo, onProgress, signal);
  const problem = await leftOutSince(record, options.folder, all.dataset, signal);
  if (problem !== null) throw cannot(problem);
  const known = { id: record.runId, manifest: { dataset: learned } };
  const { sets, objection } = await withoutLearned(all, known, signal);
  if (objection !== null)
    throw cannot('most of what is held out now was learned by it: files were renamed, or the folder is another');
  return { baseSha256, parent, ...(await besideParent(sets, parent, signal)) };
}

async function besideParent(
  all: MinedSets,
  parent: StoredAdapter | null,
  signal: AbortSignal,
): Promise<Pick<Material, 'mined' | 'learnedOnScale'>> {
  if (parent === null) return { mined: all, learnedOnScale: [] };
  const { sets: mined, learnedOnScale } = await neverLearnedByParent(all, parent, signal);
  return { mined, learnedOnScale };
}

/** Files that it learns from and a run begun now would not. Those that are gone count too: they may have been moved out of its reach. */
async function leftOutSince(
  { paths, gone, dataset }: ResumeRecord,
  folder: string,
  now: Dataset,
  signal: AbortSignal,
): Promise<string | null> {
  if (now.firstCommit !== dataset.firstCommit) return 'the folder is another repository now';
  const there = new Set(now.files.map(({ path }) => path));
  const left = new Set(await leftOutNow(folder, now, [...paths, ...gone], signal));
  const out = [...paths.filter((path) => !there.has(path) || left.has(path)), ...gone.filter((path) => left.has(path))];
  const [first] = out;
  if (first === undefined) return null;
  return `${counted(out.length, 'file')} that it learns from ${out.length === 1 ? 'is' : 'are'} gone or left out now (${first}${out.length === 1 ? '' : ' is one'})`;
}

function cannot(why: string): TuneError {
  return new TuneError(
    `The interrupted tune cannot go on: ${why}. Undo that to continue it, or start a new tune; earlier adapters are untouched.`,
  );
}
