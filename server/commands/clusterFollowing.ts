/** `cluster follow`, `take` and `stop`: what becomes of a submission. */
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseAddress } from '../cluster/address.ts';
import { ClusterError } from '../cluster/errors.ts';
import { type AdapterSource, followSubmission, stopJob } from '../cluster/followSubmission.ts';
import { RayJobs } from '../cluster/rayJobs.ts';
import { forgetSubmission, readSubmission, type Submission, submissionFolder } from '../cluster/submission.ts';
import { toolVersion } from '../common/version.ts';
import { ModelLibrary } from '../models/library.ts';
import { libraryPlaces } from '../models/places.ts';
import { ServingOnce } from '../models/servingOnce.ts';
import type { TuneProgress, TuneResult } from '../protocol/tune.ts';
import { basesOf } from '../sharing/bases.ts';
import { TeamShare } from '../sharing/teamShare.ts';
import { dataFolder } from '../storage/paths.ts';
import { type Flags, only } from './clusterFlags.ts';
import { describeOutcome, keptText } from './clusterText.ts';
import { UsageError } from './command.ts';
import { progressLine, StatusLine, say, stoppedElsewhere } from './terminal.ts';

export async function follow(names: readonly string[], flags: Flags, signal: AbortSignal): Promise<number> {
  const folder = submissionFolder(dataFolder(), only(names));
  const submission = await readSubmission(folder);
  const jobs = jobsOf(submission);
  try {
    await jobs.version(signal);
    return await followed(folder, submission, { kind: 'cluster', jobs }, flags, signal);
  } finally {
    await jobs.dispose();
  }
}

/** Follows it to its end, and prints what came of it. @returns the exit code */
export async function followed(
  folder: string,
  submission: Submission,
  source: AdapterSource,
  flags: Flags,
  signal: AbortSignal,
): Promise<number> {
  const serving = new ServingOnce({ mergeAdapters: false });
  const line = new StatusLine(process.stderr);
  const several = submission.repositories.length > 1;
  try {
    const outcomes = await followSubmission(
      folder,
      {
        source,
        serving: (modelPath) => serving.load(modelPath, 'auto'),
        nowMs: Date.now,
        toolVersion,
        onProgress: (progress: TuneProgress) =>
          line.show(`${several ? `${progress.folder}: ` : ''}${progressLine(progress)}`),
        onActivated: async (result) => void (flags.publish && (await publish(result, flags.remote, signal))),
      },
      signal,
    );
    line.clear();
    for (const outcome of outcomes) {
      if (flags.json) continue;
      const text = describeOutcome(outcome, submission.modelPath);
      // The editor that started this shows the last such line.
      if (outcome.kind === 'failed') console.error(`repotune: ${text}`);
      else console.log(text);
    }
    if (flags.json) console.log(JSON.stringify({ submission: submission.id, outcomes }));
    const failed = outcomes.filter(({ kind }) => kind === 'failed').length;
    if (failed === 0) await forgetSubmission(dataFolder(), submission.id);
    else if (!flags.json) console.error(keptText(submission));
    return failed > 0 ? 1 : 0;
  } catch (error) {
    if (signal.aborted || !(error instanceof Error && error.name === 'AbortError')) throw error;
    line.clear();
    return stoppedElsewhere();
  } finally {
    line.clear();
    await serving.dispose();
  }
}

async function publish(
  { folder, adapterId }: TuneResult,
  remote: string | undefined,
  signal: AbortSignal,
): Promise<void> {
  const share = await TeamShare.open({
    folder,
    ...(remote === undefined ? {} : { remote }),
    signatures: 'warn',
    findBase: basesOf(new ModelLibrary(libraryPlaces())).find,
  });
  await share.publish(adapterId, undefined, signal);
}

/** Imports the adapters of a job submitted by other means: `docker run`, a RayJob of Kubernetes, Axolotl. */
export async function take(names: readonly string[], flags: Flags, signal: AbortSignal): Promise<number> {
  const folder = submissionFolder(dataFolder(), only(names));
  const submission = await readSubmission(folder);
  if (flags.from === undefined) throw new UsageError('name the folder of adapters, or the log of the job, with --from');
  const path = resolve(flags.from);
  const info = await stat(path).catch(() => null);
  if (info === null) throw new UsageError(`there is nothing at ${path}`);
  return await followed(folder, submission, { kind: info.isDirectory() ? 'folder' : 'log', path }, flags, signal);
}

export async function stop(names: readonly string[], { json }: Flags): Promise<number> {
  const folder = submissionFolder(dataFolder(), only(names));
  const submission = await readSubmission(folder);
  if (submission.address === null) {
    await forgetSubmission(dataFolder(), submission.id);
    const said = `${submission.id} was not sent. Its rows were deleted here.`;
    return say(json, { submission: submission.id, sent: false }, said);
  }
  const jobs = jobsOf(submission);
  try {
    const problem = await stopJob(jobs, submission.id);
    if (problem !== null)
      throw new ClusterError(
        problem.problem,
        `${problem.message} ${submission.id} may go on there. If that cluster is gone for good, delete ${folder} to forget the submission.`,
      );
  } finally {
    await jobs.dispose();
  }
  await forgetSubmission(dataFolder(), submission.id);
  const said = `${submission.id} was stopped. Nothing was changed here.`;
  return say(json, { submission: submission.id, sent: true }, said);
}

function jobsOf({ address, id }: Submission): RayJobs {
  if (address === null)
    throw new ClusterError('failed', `${id} was not sent. Submit it again: repotune cluster submit`);
  return new RayJobs(parseAddress(address), process.env['RAY_AUTH_TOKEN']);
}
