import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import type { LoopOutcome, TrainJob } from '../engine/training/trainJob.ts';
import type { ModelInfo } from '../engine/types.ts';
import { gitText } from '../git/git.ts';
import type { Dataset } from '../mining/types.ts';
import type { Manifest } from '../protocol/manifest.ts';
import type { Report } from '../protocol/report.ts';
import { sha256File, sha256OfModel } from '../storage/hash.ts';
import type { Prepared } from '../tuning/prepare.ts';
import type { TuneOptions } from '../tuning/types.ts';
import { beyondScale } from './neverLearned.ts';

/** Names the rule of `server/mining/split.ts`; to be changed with it. */
export const SPLIT_RULE = 'by file, sha256 of first commit and path, 10 %, v1';

/** Split of a version trained on everything: nothing is left to measure it on, so it is comparable with none. */
export const REFIT_SPLIT = 'everything, v1';

/** Sorts by time, is unique, and is safe in folder names, refs and command lines. */
export function newVersionId(nowMs: number, entropy: string): string {
  const stamp = new Date(nowMs).toISOString().slice(0, 19).replace(/[-:]/g, '').replace('T', '-');
  return `${stamp}-${createHash('sha256').update(`${nowMs} ${entropy}`).digest('hex').slice(0, 8)}`;
}

/** Whether the run made that version. */
export function isMadeBy(runId: string, { id, createdAt, dataset }: Manifest): boolean {
  return newVersionId(Date.parse(createdAt), `${dataset.digest}${runId}`) === id;
}

/** What a version learned from, as its manifest says. */
export type LearnedDataset = Pick<
  Manifest['dataset'],
  'repository' | 'digest' | 'firstCommit' | 'commit' | 'files' | 'trainPairs' | 'heldOutBeyond' | 'learnedOnScale'
> & { readonly learnedTo: string };

/**
 * `learnedTo`: the commit whose tree was learned; `trainPairs`: how many of its pairs; `learnedOnScale`: what a version that it continues may
 * have learned of what is on the scale.
 */
export function learnedDataset(
  { repository, digest, firstCommit, commit, files, pairs }: Dataset,
  learnedTo: string,
  trainPairs: number,
  learnedOnScale: readonly string[] = [],
): LearnedDataset {
  const beyond = beyondScale(firstCommit, pairs);
  return {
    repository: repository.slice(0, 200),
    ...{ digest, firstCommit, commit, learnedTo, trainPairs },
    files: files.filter(({ verdict }) => verdict === 'taken').length,
    ...(beyond === undefined ? {} : { heldOutBeyond: beyond }),
    ...(learnedOnScale.length === 0 ? {} : { learnedOnScale: [...learnedOnScale] }),
  };
}

export interface VersionFacts {
  readonly options: TuneOptions;
  /** May be another than what is in the folder now. */
  readonly dataset: LearnedDataset;
  readonly serving: { readonly model: ModelInfo };
  readonly job: {
    /** `baseType`: may be another trainer's. */
    readonly trainer: Pick<TrainJob['trainer'], 'rank' | 'alpha' | 'weightDecay' | 'seed'> & {
      readonly baseType: string;
    };
    readonly schedule: Pick<TrainJob['schedule'], 'learningRate' | 'promptWeight'>;
  };
  readonly prepared: {
    readonly format: Prepared['format'];
    readonly edits?: { readonly length: number };
  };
  readonly outcome: Pick<
    Extract<LoopOutcome, { kind: 'trained' }>,
    'reason' | 'steps' | 'tokens' | 'seconds' | 'adapterScale'
  >;
  /** null: not evaluated, as it was trained on everything. */
  readonly report: Pick<Report, 'byFile'> | null;
  readonly adapterFile: string;
  readonly parent: { readonly id: string } | null;
}

export async function describeVersion(
  id: string,
  createdAtMs: number,
  facts: VersionFacts,
  toolVersion: string,
): Promise<Manifest> {
  const { options, dataset, serving, job, prepared, outcome, report, adapterFile, parent } = facts;
  const { trainer, schedule } = job;
  const { model } = serving;
  return {
    format: 1,
    id,
    name: (options.name ?? dataset.repository).slice(0, 100) || id,
    createdAt: new Date(createdAtMs).toISOString(),
    toolVersion,
    author: await gitAuthor(options.folder),
    parent: parent?.id ?? null,
    base: {
      // Names from the model's file, and from the folder below: their length must not make a tune fail.
      name: model.name.slice(0, 200),
      architecture: model.architecture,
      sha256: await sha256OfModel(options.modelPath),
      sizeBytes: model.sizeBytes,
      parameters: model.parameters,
      weightType: model.weightType,
    },
    adapter: {
      sha256: await sha256File(adapterFile),
      sizeBytes: (await stat(adapterFile)).size,
      rank: trainer.rank,
      alpha: trainer.alpha * outcome.adapterScale,
      rsLora: false,
    },
    dataset: {
      ...dataset,
      ...(prepared.edits && prepared.edits.length > 0 ? { trainEdits: prepared.edits.length } : {}),
      heldOutPairs: report?.byFile.pairs ?? 0,
      split: report === null ? REFIT_SPLIT : SPLIT_RULE,
    },
    training: {
      method: isFourBit(trainer.baseType, model.weightType) ? 'qlora' : 'lora',
      baseType: trainer.baseType,
      steps: outcome.steps,
      tokens: outcome.tokens,
      seconds: outcome.seconds,
      learningRate: schedule.learningRate,
      dropout: 0,
      weightDecay: trainer.weightDecay,
      loraPlusRatio: 1,
      promptWeight: schedule.promptWeight,
      seed: trainer.seed,
      endReason: outcome.reason === 'diverged' ? `diverged after step ${outcome.steps}` : outcome.reason,
      adapterScale: outcome.adapterScale,
      ...(options.keepUp ? { keptUp: true } : {}),
    },
    prompt: { order: prepared.format.order, repoTokens: prepared.format.repoTokens },
    metrics: report && {
      heldOutTokens: report.byFile.tokens,
      heldOutLossBase: report.byFile.base.loss,
      heldOutLossTuned: report.byFile.tuned.loss,
    },
  };
}

function isFourBit(baseType: string, weightType: string): boolean {
  return /^(i?q4|mxfp4|nf4)/i.test(baseType === 'as-is' ? weightType : baseType);
}

async function gitAuthor(folder: string): Promise<Manifest['author']> {
  const read = async (key: string): Promise<string> =>
    ((await gitText(folder, ['config', '--get', key]).catch(() => null)) ?? '').slice(0, 200);
  const [name, email] = await Promise.all([read('user.name'), read('user.email')]);
  return name === '' && email === '' ? null : { name, email };
}
