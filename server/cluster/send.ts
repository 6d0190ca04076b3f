/** Lists what leaves the machine, and sends it only once agreed to. */
import { counted } from '../common/format.ts';
import { messageOf } from '../common/messageOf.ts';
import type { Leaving } from '../protocol/cluster.ts';
import { removeAll } from '../storage/patient.ts';
import { isKnownAddress, isPlain, rememberAddress } from './address.ts';
import { ClusterError } from './errors.ts';
import { filesOf, packagesOf, zipOf } from './pack.ts';
import type { RayJobs } from './rayJobs.ts';
import { jobFolder, readSubmission, type Submission, writeSubmission } from './submission.ts';

const WHAT: Readonly<Record<string, string>> = {
  'config.yaml': 'the hyper-parameters and the name of the base',
  'requirements.txt': 'the Python packages to install',
  'job.py': "Repotune's script for Ray",
  'train.py': "Repotune's script for TRL and PEFT",
};

const ASK_MS = 15_000;

export async function leaving(folder: string, address: string, dataDir: string): Promise<Leaving> {
  const { base, repositories } = await readSubmission(folder);
  const files = (await filesOf(folder)).map(({ path, bytes }) => {
    const of = repositories.find(({ number }) => path.startsWith(`${number}/`));
    const pairs = of && `${counted(of.pairs, 'pair')} of code from ${counted(of.files, 'file')} of ${of.repository}`;
    return { path, bytes, what: pairs ?? WHAT[path] ?? 'unknown' };
  });
  const stranger = files.find(({ what }) => what === 'unknown');
  if (stranger)
    throw new ClusterError(
      'failed',
      `${jobFolder(folder)} holds ${stranger.path}, which does not belong there. Pack it again.`,
    );
  return { address, newAddress: !(await isKnownAddress(dataDir, address)), plain: isPlain(address), base, files };
}

/** Checks that a cluster answers there. An address to which nothing was sent before does not get the token either. */
export async function requireCluster(jobs: RayJobs, dataDir: string, signal: AbortSignal): Promise<void> {
  if (await isKnownAddress(dataDir, jobs.address)) await jobs.version(signal);
  else await jobs.requireAnswer(signal);
}

/** Uploads and starts the job, once `consent` has seen what leaves. Sent rows are not kept here. */
export async function send(
  folder: string,
  jobs: RayJobs,
  dataDir: string,
  consent: (leaving: Leaving) => Promise<boolean>,
  toolVersion: string,
  onMessage: (message: string) => void,
  signal: AbortSignal,
): Promise<Submission> {
  const submission = await readSubmission(folder);
  if (submission.address !== null)
    throw new ClusterError(
      'failed',
      `${submission.id} was sent to ${submission.address} already. To follow it, run on the command line: repotune cluster follow ${submission.id}`,
    );
  await requireCluster(jobs, dataDir, signal);
  if (!(await consent(await leaving(folder, jobs.address, dataDir))))
    throw new ClusterError('declined', 'Nothing was sent.');
  await rememberAddress(dataDir, jobs.address);
  await jobs.version(signal);
  onMessage('Sending the job');
  const workingDir = await jobs.upload(await zipOf(folder), signal);
  const job = {
    submissionId: submission.id,
    entrypoint: 'python job.py',
    workingDir,
    packages: submission.installed ? null : await packagesOf(folder),
    metadata: { repotune: toolVersion },
  };
  const sent = { ...submission, address: jobs.address };
  // Beforehand: if this process is killed while the cluster accepts the job, it can still be followed and stopped.
  await writeSubmission(folder, sent);
  try {
    await jobs.submit(job, signal);
  } catch (error) {
    // The cluster may have accepted the job, and possibly started it.
    const begun = signal.aborted ? await goesOn(jobs, submission.id) : await hasBegun(jobs, submission.id, error);
    if (begun === false) {
      await writeSubmission(folder, submission);
      throw error;
    }
    if (begun === null) {
      const why = signal.aborted ? `${jobs.address} did not answer when the job was to be stopped.` : messageOf(error);
      const what = signal.aborted ? 'stop' : 'follow';
      throw new ClusterError(
        'no-answer',
        `${why} The job may have begun all the same. To ${what} it, run on the command line: repotune cluster ${what} ${submission.id}`,
        { cause: error },
      );
    }
  }
  await removeAll(jobFolder(folder));
  return sent;
}

/** Stops a job that may have been accepted: false once the cluster has heard; null if unknown. */
async function goesOn(jobs: RayJobs, id: string): Promise<false | null> {
  return await jobs.stop(id, AbortSignal.timeout(ASK_MS)).then(
    () => false,
    () => null,
  );
}

/** Whether the cluster accepted a job despite giving no answer; null if unknown. */
async function hasBegun(jobs: RayJobs, id: string, error: unknown): Promise<boolean | null> {
  if (!(error instanceof ClusterError) || error.problem !== 'no-answer') return false;
  return jobs.info(id, AbortSignal.timeout(ASK_MS)).then(
    () => true,
    (unknown: unknown) => (unknown instanceof ClusterError && unknown.problem !== 'no-answer' ? false : null),
  );
}
