/** Errors between this machine and a cluster, each as one sentence that says what to do. */
import { lastLines } from './logLines.ts';

const CLUSTER_PROBLEMS = [
  'bad-address',
  'no-answer',
  'refused',
  'not-ray',
  'wrong-version',
  'too-large',
  'declined',
  'no-gpu',
  'out-of-memory',
  'no-base',
  'wrong-base',
  'diverged',
  'damaged',
  'failed',
  'stopped',
] as const;
export type ClusterProblem = (typeof CLUSTER_PROBLEMS)[number];

export class ClusterError extends Error {
  readonly problem: ClusterProblem;

  constructor(problem: ClusterProblem, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ClusterError';
    this.problem = problem;
  }
}

/** A tune that failed on the cluster: `told` is the job's report. */
export interface FailedTune {
  readonly code: string;
  readonly message: string;
}

/** Explains a failure reported by the job. `base`: as named in the submission. */
export function explainFailure({ code, message }: FailedTune, base: string): ClusterError {
  const said = lastLines(message);
  switch (code) {
    case 'no-gpu':
      return new ClusterError(
        'no-gpu',
        'The cluster has no GPU. Add one, or set repotune.cluster.device (on the command line: --device) to on-demand if it starts GPU machines on demand, or to cpu to train on its CPUs.',
      );
    case 'out-of-memory':
      return new ClusterError(
        'out-of-memory',
        `The cluster ran out of memory. Choose a smaller base, a lower repotune.tuning.rank (on the command line: --rank) or a machine with more memory.${quoted(said)}`,
      );
    case 'no-base':
      return new ClusterError(
        'no-base',
        `The cluster cannot load the base ${base}. Name a model of the Hugging Face hub, or a folder that every machine of the cluster has, in repotune.cluster.base (on the command line: --base).${quoted(said)}`,
      );
    case 'wrong-base':
      return new ClusterError(
        'wrong-base',
        `${base} on the cluster is not the base that is used here: ${said}. Name the model that your GGUF file was made from in repotune.cluster.base (on the command line: --base).`,
      );
    case 'diverged':
      return new ClusterError(
        'diverged',
        `Training diverged on the cluster: ${said}. Submit it again with a lower learning rate (on the command line: --learning-rate). Earlier adapters are untouched.`,
      );
    default:
      return new ClusterError(
        'failed',
        `The tune failed on the cluster. Ray's dashboard has the job's whole log; submit the tune again once the cause is gone.${quoted(said)}`,
      );
  }
}

/** Explains a job that ended without reporting on its tunes. `error`: Ray's own message. */
export function explainJob(status: string, error: string, log: string): ClusterError {
  if (status === 'STOPPED')
    return new ClusterError('stopped', 'The job was stopped on the cluster. To tune all the same, submit it again.');
  if (/runtime_?env/i.test(error))
    return new ClusterError(
      'failed',
      `The cluster could not install the packages of requirements.txt. If it has them already, turn repotune.cluster.installed on (on the command line: --installed).${quoted(lastLines(error))}`,
    );
  return new ClusterError(
    'failed',
    `The job failed on the cluster. Ray's dashboard has its whole log; submit it again once the cause is gone.${quoted(lastLines(log) || lastLines(error))}`,
  );
}

function quoted(lines: string): string {
  return lines === '' ? '' : ` Its last lines:\n${lines}`;
}
