import { randomBytes } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { isKnownAddress, parseAddress } from '../cluster/address.ts';
import { baseOnCluster } from '../cluster/baseOnCluster.ts';
import { ClusterError } from '../cluster/errors.ts';
import { type AdapterSource, followSubmission, stopJob } from '../cluster/followSubmission.ts';
import { type PackRequest, pack } from '../cluster/pack.ts';
import { RayJobs } from '../cluster/rayJobs.ts';
import { leaving, requireCluster, send } from '../cluster/send.ts';
import {
  forgetSubmission,
  listSubmissions,
  readSubmission,
  type Submission,
  submissionFolder,
} from '../cluster/submission.ts';
import { toolVersion } from '../common/version.ts';
import { resolveModel } from '../models/bundled.ts';
import { ModelLibrary } from '../models/library.ts';
import { libraryPlaces } from '../models/places.ts';
import { ServingOnce } from '../models/servingOnce.ts';
import { CLUSTER_DEVICES, type Leaving } from '../protocol/cluster.ts';
import type { TuneProgress, TuneResult } from '../protocol/tune.ts';
import { basesOf } from '../sharing/bases.ts';
import { TeamShare } from '../sharing/teamShare.ts';
import { dataFolder } from '../storage/paths.ts';
import { removeAll } from '../storage/patient.ts';
import { ask, requireTerminal } from './ask.ts';
import { describeLeaving, describeOutcome, describeSubmissions, keptText } from './clusterText.ts';
import {
  actionOf,
  type Command,
  countOf,
  numberOf,
  type OnlyFor,
  oneOf,
  parse,
  requireNone,
  requireOwnFlags,
  UsageError,
} from './command.ts';
import { progressLine, StatusLine, say, stoppedElsewhere } from './terminal.ts';

const options = {
  address: { type: 'string' },
  base: { type: 'string' },
  model: { type: 'string' },
  rank: { type: 'string' },
  alpha: { type: 'string' },
  'learning-rate': { type: 'string' },
  seed: { type: 'string' },
  steps: { type: 'string' },
  device: { type: 'string' },
  cpus: { type: 'string' },
  installed: { type: 'boolean', default: false },
  publish: { type: 'boolean', default: false },
  remote: { type: 'string' },
  detach: { type: 'boolean', default: false },
  yes: { type: 'boolean', default: false },
  // Consent given in advance to an address that nothing was sent to before: `--yes` alone does not include it.
  'trust-address': { type: 'boolean', default: false },
  from: { type: 'string' },
  // A submission packed earlier, which the language server has listed and asked about in the editor.
  packed: { type: 'string' },
  json: { type: 'boolean', default: false },
} as const;

function read(args: readonly string[]) {
  return parse(args, options);
}
type Flags = ReturnType<typeof read>['values'];
type Action = (names: readonly string[], flags: Flags, signal: AbortSignal) => Promise<number>;

const actions: Readonly<Record<string, Action>> = { submit, pack: packOnly, follow, take, stop, list };

const PACKING = ['submit', 'pack'] as const;
const FOLLOWING = ['submit', 'follow', 'take'] as const;
const ONLY_FOR: OnlyFor<Exclude<keyof Flags, 'json'>> = {
  address: PACKING,
  base: PACKING,
  model: PACKING,
  rank: PACKING,
  alpha: PACKING,
  'learning-rate': PACKING,
  seed: PACKING,
  steps: PACKING,
  device: PACKING,
  cpus: PACKING,
  installed: PACKING,
  publish: FOLLOWING,
  remote: FOLLOWING,
  detach: ['submit'],
  yes: ['submit'],
  'trust-address': ['submit'],
  packed: ['submit'],
  from: ['take'],
};

export const clusterCommand: Command = {
  summary: "Tunes on a team's Ray cluster: packs and sends the rows, follows the job, fetches and judges the adapters.",
  usage: `[submit folder… --address URL [--base name] | pack folder… | follow submission \
        | take submission --from path | stop submission | list]
       submit, pack: [--model file.gguf] [--base name] [--device ${CLUSTER_DEVICES.join('|')}] [--cpus n] [--installed] \
         [--rank n] [--alpha n] [--learning-rate x] [--seed n] [--steps n]
       submit, follow, take: [--publish [--remote name-or-address]]
       all: [--json]
       submit: [--detach] [--yes] [--trust-address]
         --base: the model on the cluster that the GGUF file was made from; --installed: the cluster has the Python packages`,
  async run(args, signal) {
    const { values, positionals } = read(args);
    const [name = 'list', ...names] = positionals;
    const action = actionOf(actions, name);
    requireOwnFlags(name, values, ONLY_FOR);
    return await action(names, values, signal);
  },
};

async function submit(folders: readonly string[], flags: Flags, signal: AbortSignal): Promise<number> {
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

async function packOnly(folders: readonly string[], flags: Flags, signal: AbortSignal): Promise<number> {
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

async function follow(names: readonly string[], flags: Flags, signal: AbortSignal): Promise<number> {
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

async function followed(
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
async function take(names: readonly string[], flags: Flags, signal: AbortSignal): Promise<number> {
  const folder = submissionFolder(dataFolder(), only(names));
  const submission = await readSubmission(folder);
  if (flags.from === undefined) throw new UsageError('name the folder of adapters, or the log of the job, with --from');
  const path = resolve(flags.from);
  const info = await stat(path).catch(() => null);
  if (info === null) throw new UsageError(`there is nothing at ${path}`);
  return await followed(folder, submission, { kind: info.isDirectory() ? 'folder' : 'log', path }, flags, signal);
}

async function stop(names: readonly string[], { json }: Flags): Promise<number> {
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

async function list(names: readonly string[], { json }: Flags): Promise<number> {
  requireNone('list', names, 'submission');
  const listed = await listSubmissions(dataFolder());
  console.log(json ? JSON.stringify(listed) : describeSubmissions(listed));
  return 0;
}

function jobsOf({ address, id }: Submission): RayJobs {
  if (address === null)
    throw new ClusterError('failed', `${id} was not sent. Submit it again: repotune cluster submit`);
  return new RayJobs(parseAddress(address), process.env['RAY_AUTH_TOKEN']);
}

function only(names: readonly string[]): string {
  const [name, ...more] = names;
  if (name === undefined || more.length > 0)
    throw new UsageError('name one submission; repotune cluster list shows them');
  return name;
}
