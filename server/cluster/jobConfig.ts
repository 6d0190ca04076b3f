/** A job's `config.yaml`: the hyper-parameters of a local tune, under the names that train.py reads. */

import type { Schedule } from '../engine/training/trainJob.ts';
import type { ModelInfo, TrainerConfig } from '../engine/types.ts';
import type { ClusterDevice } from '../protocol/cluster.ts';

export interface RepositoryPlan {
  /** Identifies the repository on the cluster, which is not told its real name. */
  readonly number: number;
  readonly trainer: TrainerConfig;
  readonly schedule: Schedule;
}

export interface JobConfig {
  /** A name on the Hugging Face hub, or a folder on the cluster's machines. */
  readonly base: string;
  readonly special: ModelInfo['special'];
  readonly device: ClusterDevice;
  readonly cpusPerTune: number;
  readonly plans: readonly RepositoryPlan[];
}

/** Losing a worker costs at most this share of its steps. */
const CHECKPOINTS = 20;

/** File of a repository's rows in the job's folder. */
export function rowsFile(number: number): string {
  return `${number}/train.jsonl`;
}

function rowsPerStep({ trainer, schedule }: RepositoryPlan): number {
  return Math.max(1, Math.round(schedule.tokensPerStep / trainer.maxTokens));
}

export function configYaml({ base, special, device, cpusPerTune, plans }: JobConfig): string {
  const tokens = Object.values(special).sort((a, b) => a - b);
  return [
    '# Written by Repotune; see docs/cluster.md.',
    ...scalars('', { base, device, cpus_per_tune: cpusPerTune }),
    `special_tokens: [${[...new Set(tokens)].join(', ')}]`,
    'repositories:',
    ...plans.flatMap((plan) =>
      scalars('  ', planOf(plan)).map((line, i) => (i === 0 ? `  - ${line.trim()}` : `  ${line}`)),
    ),
    '',
  ].join('\n');
}

function planOf(plan: RepositoryPlan): Record<string, string | number> {
  const { trainer, schedule, number } = plan;
  return {
    number,
    rows: rowsFile(number),
    steps: schedule.steps,
    rows_per_step: rowsPerStep(plan),
    row_tokens: trainer.maxTokens,
    learning_rate: schedule.learningRate,
    warmup_steps: schedule.warmupSteps,
    final_share: schedule.finalShare,
    rank: trainer.rank,
    alpha: trainer.alpha,
    weight_decay: trainer.weightDecay,
    beta1: trainer.beta1,
    beta2: trainer.beta2,
    epsilon: trainer.epsilon,
    clip_norm: trainer.clipNorm,
    seed: trainer.seed,
    checkpoint_every: Math.max(1, Math.round(schedule.steps / CHECKPOINTS)),
  };
}

/** JSON's scalars are valid YAML except for exponents: YAML 1.1 requires a point before one. */
function scalars(indent: string, values: Readonly<Record<string, string | number>>): string[] {
  return Object.entries(values).map(([key, value]) => `${indent}${key}: ${scalar(value)}`);
}

function scalar(value: string | number): string {
  const text = JSON.stringify(value);
  return typeof value === 'number' ? text.replace(/^(-?\d+)e/, '$1.0e') : text;
}
