/** `cluster submit` and `cluster pack`: rows are packed here, listed, and sent to a cluster that was agreed to. */
import { randomBytes } from 'node:crypto';
import { basename, resolve } from 'node:path';
import { isKnownAddress, parseAddress } from '../cluster/address.ts';
import { baseOnCluster } from '../cluster/baseOnCluster.ts';
import { type PackRequest, pack } from '../cluster/pack.ts';
import { RayJobs } from '../cluster/rayJobs.ts';
import { leaving, requireCluster, send } from '../cluster/send.ts';
import { readSubmission, submissionFolder } from '../cluster/submission.ts';
import { toolVersion } from '../common/version.ts';
import { resolveModel } from '../models/bundled.ts';
import { ServingOnce } from '../models/servingOnce.ts';
import { CLUSTER_DEVICES, type Leaving } from '../protocol/cluster.ts';
import { dataFolder } from '../storage/paths.ts';
import { removeAll } from '../storage/patient.ts';
import { ask, requireTerminal } from './ask.ts';
import type { Flags } from './clusterFlags.ts';
import { followed } from './clusterFollowing.ts';
import { describeLeaving } from './clusterText.ts';
import { countOf, numberOf, oneOf, requireNone, UsageError } from './command.ts';
import { StatusLine } from './terminal.ts';

export async function submit(folders: readonly string[], flags: Flags, signal: AbortSignal): Promise<number> {
  if (flags.address === undefined) throw new UsageError('name the cluster with --address, such as http://HOST:8265');
  const address = parseAddress(flags.address);
  if (flags.packed !== undefined) requireNone('submit --packed', folders, 'folder: its rows are packed already');
  // Checked before minutes are spent on rows that nobody would be asked about.
  await requireConsent(address, flags);
  const jobs = new RayJobs(address, process.env['RAY_AUTH_TOKEN']);
  try {
    // Checked before minutes are spent on rows that nobody could take.
    await requireCluster(jobs, dataFolder(), signal);
    const folder =
      flags.packed === undefined ? await packed(folders, flags, signal) : submissionFolder(dataFolder(), flags.packed);
    const say = (message: string): void => void (flags.json || console.error(message));
    const sent = await send(
      folder,
      jobs,
      dataFolder(),
      (asked) => consent(asked, flags),
      toolVersion,
      say,
      signal,
    ).catch(async (error: unknown) => {
      // Nobody is told of the rows, which hold code, and to submit them again packs them anew.
      const unsent = readSubmission(folder).then(({ address }) => address === null);
      if (await unsent.catch(() => false)) await removeAll(folder);
      throw error;
    });
    if (!flags.detach) return await followed(folder, sent, { kind: 'cluster', jobs }, flags, signal);
    console.log(
      flags.json
        ? JSON.stringify({ submission: sent.id, address: sent.address })
        : `${sent.id} was sent. To fetch its adapters, run: repotune cluster follow ${sent.id}`,
    );
    return 0;
  } finally {
    await jobs.dispose();
  }
}

export async function packOnly(folders: readonly string[], flags: Flags, signal: AbortSignal): Promise<number> {
  // Checked before minutes are spent on rows that nobody would ever take.
  const address = parseAddress(flags.address ?? 'http://127.0.0.1:8265');
  const folder = await packed(folders, flags, signal);
  const list = await leaving(folder, address, dataFolder());
  console.log(
    flags.json ? JSON.stringify({ submission: basename(folder), ...list }) : `${folder}\n${describeLeaving(list)}`,
  );
  return 0;
}

/** @returns the submission's folder. */
async function packed(folders: readonly string[], flags: Flags, signal: AbortSignal): Promise<string> {
  const modelPath = resolveModel(flags.model);
  const request = {
    ...sizes(flags),
    modelPath,
    folders: (folders.length > 0 ? folders : ['.']).map((one) => resolve(one)),
  };
  const base = await baseOnCluster(flags.base, modelPath);
  const id = `repotune-${Date.now().toString(36)}-${randomBytes(3).toString('hex')}`;
  const folder = submissionFolder(dataFolder(), id);
  const serving = new ServingOnce();
  const line = new StatusLine(process.stderr);
  try {
    const dependencies = { serving: () => serving.load(modelPath, 'cpu'), nowMs: Date.now };
    await pack(folder, id, { ...request, base }, dependencies, (message) => line.show(message), signal);
    return folder;
  } catch (error) {
    await removeAll(folder);
    throw error;
  } finally {
    line.clear();
    await serving.dispose();
  }
}

function sizes(flags: Flags): Omit<PackRequest, 'folders' | 'modelPath' | 'base'> {
  const rank = countOf(flags.rank, 'rank', 1, 256);
  const alpha = numberOf(flags.alpha, 'alpha', 0.01, 10_000);
  const learningRate = numberOf(flags['learning-rate'], 'learning-rate', 1e-8, 1);
  const seed = countOf(flags.seed, 'seed', 0, 2 ** 31 - 1);
  const steps = countOf(flags.steps, 'steps', 1, 1e6);
  return {
    device: oneOf(flags.device, 'device', CLUSTER_DEVICES) ?? 'gpu',
    cpusPerTune: countOf(flags.cpus, 'cpus', 1, 256) ?? 1,
    installed: flags.installed,
    ...(rank === undefined ? {} : { rank }),
    ...(alpha === undefined ? {} : { alpha }),
    ...(learningRate === undefined ? {} : { learningRate }),
    ...(seed === undefined ? {} : { seed }),
    ...(steps === undefined ? {} : { steps }),
  };
}

/** Lists what leaves the machine, then asks. */
async function consent(asked: Leaving, flags: Flags): Promise<boolean> {
  console.error(describeLeaving(asked));
  const question = questionFor(asked, flags);
  return question === null || (await ask(...question));
}

/** @throws {UsageError} if somebody has to be asked, and nobody can be */
async function requireConsent(address: string, flags: Flags): Promise<void> {
  const question = questionFor({ address, newAddress: !(await isKnownAddress(dataFolder(), address)) }, flags);
  if (question !== null) requireTerminal(...question);
}

/** With the flag that answers it in advance; null if one has: `--yes` does so for a known address alone. */
function questionFor(
  { address, newAddress }: Pick<Leaving, 'address' | 'newAddress'>,
  { yes, 'trust-address': trusted }: Flags,
): [string, string] | null {
  if (trusted || (yes && !newAddress)) return null;
  return newAddress ? [`Send this to ${address}, for the first time?`, '--trust-address'] : ['Send it?', '--yes'];
}
