/** Builds a job's folder: rows of each repository, the hyper-parameters and the two scripts. Nothing leaves the machine here. */
import { copyFile, mkdir, readdir, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type Zippable, zipSync } from 'fflate';
import { planSchedule } from '../engine/training/schedule.ts';
import type { LoadedEngine } from '../engine/types.ts';
import { storeLocation } from '../git/storeLocation.ts';
import type { ClusterDevice } from '../protocol/cluster.ts';
import { newRunId } from '../runs/runId.ts';
import { sha256OfModel } from '../storage/hash.ts';
import { packageRoot } from '../storage/paths.ts';
import { removeAll } from '../storage/patient.ts';
import { writeAside } from '../storage/writeAside.ts';
import { trainerConfig } from '../tuning/hyperparameters.ts';
import { Preparation } from '../tuning/prepare.ts';
import { mineSplits } from '../tuning/splits.ts';
import { beyondScale } from '../versions/neverLearned.ts';
import { ClusterError } from './errors.ts';
import { configYaml, type RepositoryPlan, rowsFile } from './jobConfig.ts';
import { writeRows } from './rows.ts';
import { jobFolder, type Submission, type SubmittedRepository, writeSubmission } from './submission.ts';

export interface PackRequest {
  readonly folders: readonly string[];
  /** A GGUF file of the base, for its tokenizer and, later, for the gate. */
  readonly modelPath: string;
  readonly base: string;
  readonly device: ClusterDevice;
  readonly cpusPerTune: number;
  readonly installed: boolean;
  readonly rank?: number;
  readonly alpha?: number;
  readonly learningRate?: number;
  readonly seed?: number;
  /** Overrides the number derived from the amount of text. */
  readonly steps?: number;
}

export interface PackDependencies {
  serving(): Promise<LoadedEngine>;
  nowMs(): number;
}

const MOST_TRAIN_PAIRS = 8000;
const SCRIPTS = ['job.py', 'train.py', 'requirements.txt'] as const;
/** Constant, so that equal files give an equal archive, which the cluster recognizes. */
const ARCHIVE_DATE = new Date(1980, 0, 1);

/** Folder of the scripts, in a checkout and in the package. */
export function scriptsFolder(): string {
  return join(packageRoot, 'server', 'cluster', 'job');
}

/** Fills `folder`, after deleting its contents. Rejects with a message for the user. */
export async function pack(
  folder: string,
  id: string,
  request: PackRequest,
  { serving, nowMs }: PackDependencies,
  onMessage: (message: string) => void,
  signal: AbortSignal,
): Promise<Submission> {
  await requireDistinct(request.folders);
  const job = jobFolder(folder);
  await removeAll(job);
  await mkdir(job, { recursive: true });
  const loaded = await serving();
  const plans: RepositoryPlan[] = [];
  const repositories: SubmittedRepository[] = [];
  for (const [index, repository] of request.folders.entries()) {
    const packed = await packRepository(job, index + 1, repository, request, loaded, onMessage, nowMs, signal);
    plans.push(packed.plan);
    repositories.push(packed.submitted);
  }
  const { base, device, cpusPerTune, installed, modelPath } = request;
  await writeAside(
    join(job, 'config.yaml'),
    configYaml({ base, device, cpusPerTune, plans, special: loaded.model.special }),
  );
  for (const name of SCRIPTS) await copyFile(join(scriptsFolder(), name), join(job, name));
  const submission: Submission = {
    format: 1,
    id,
    createdAtMs: nowMs(),
    address: null,
    installed,
    base,
    modelPath,
    modelSha256: await sha256OfModel(modelPath),
    repositories,
  };
  await writeSubmission(folder, submission);
  return submission;
}

/** One repository is tuned once at a time: the second of its adapters could not be taken in. */
async function requireDistinct(folders: readonly string[]): Promise<void> {
  const seen = new Map<string, string>();
  for (const folder of folders) {
    const store = await storeLocation(folder);
    const other = seen.get(store);
    if (other !== undefined) {
      const what = other === folder ? `${folder} is named twice` : `${other} and ${folder} are one repository`;
      throw new ClusterError('failed', `${what}, which would be tuned twice. Name it once.`);
    }
    seen.set(store, folder);
  }
}

async function packRepository(
  job: string,
  number: number,
  folder: string,
  request: PackRequest,
  loaded: LoadedEngine,
  onMessage: (message: string) => void,
  nowMs: () => number,
  signal: AbortSignal,
): Promise<{ readonly plan: RepositoryPlan; readonly submitted: SubmittedRepository }> {
  const { model } = loaded;
  const name = basename(folder);
  const options = { folder, byTime: true, modelPath: request.modelPath, baseType: 'as-is', ...pick(request) } as const;
  const { dataset, learnedTo } = await mineSplits(
    options,
    null,
    ({ filesDone, filesTotal }) => onMessage(`${name}: read ${filesDone} of ${filesTotal} files`),
    signal,
  );
  const trainer = trainerConfig(options, model);
  onMessage(`${name}: tokenizing`);
  const preparation = new Preparation(dataset, loaded);
  const train = await preparation.train(MOST_TRAIN_PAIRS, trainer.seed, null, signal);
  const wished = planSchedule({
    trainTokens: train.tokens,
    parameters: model.parameters,
    maxSeconds: Number.MAX_SAFE_INTEGER,
    ...(request.learningRate === undefined ? {} : { learningRate: request.learningRate }),
  });
  const steps = request.steps ?? wished.steps;
  const warmupSteps = Math.min(wished.warmupSteps, Math.max(1, Math.round(steps * 0.05)));
  const plan = { number, trainer, schedule: { ...wished, steps, warmupSteps, promptWeight: 0 } };
  await mkdir(join(job, String(number)), { recursive: true });
  const bytes = await writeRows(join(job, rowsFile(number)), train);
  const heldOutBeyond = beyondScale(dataset.firstCommit, dataset.pairs);
  const submitted = {
    number,
    folder,
    repository: dataset.repository,
    runId: newRunId(nowMs()),
    files: new Set(train.pairs.map(({ path }) => path)).size,
    pairs: train.pairs.length,
    bytes,
    tokens: train.tokens,
    learnedTo,
    commit: dataset.commit,
    firstCommit: dataset.firstCommit,
    ...(heldOutBeyond === undefined ? {} : { heldOutBeyond }),
    prompt: preparation.format,
    steps,
    tokensPerStep: wished.tokensPerStep,
    learningRate: wished.learningRate,
    rank: trainer.rank,
    alpha: trainer.alpha,
    weightDecay: trainer.weightDecay,
    seed: trainer.seed,
    adapterId: null,
  };
  return { plan, submitted };
}

function pick({ rank, alpha, seed }: PackRequest) {
  return {
    ...(rank === undefined ? {} : { rank }),
    ...(alpha === undefined ? {} : { alpha }),
    ...(seed === undefined ? {} : { seed }),
  };
}

export interface PackedFile {
  /** Relative to the job's folder, '/' separated. */
  readonly path: string;
  readonly bytes: number;
}

export async function filesOf(folder: string): Promise<PackedFile[]> {
  const job = jobFolder(folder);
  const entries = await readdir(job, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const sized = files.map(async (path) => ({
    path: path.slice(job.length + 1).replaceAll('\\', '/'),
    bytes: (await stat(path)).size,
  }));
  return (await Promise.all(sized)).sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Contains exactly the files listed by {@link filesOf}. */
export async function zipOf(folder: string): Promise<Uint8Array> {
  const entries: Zippable = {};
  for (const { path } of await filesOf(folder)) entries[path] = await readFile(join(jobFolder(folder), path));
  return zipSync(entries, { level: 6, mtime: ARCHIVE_DATE });
}

/** Lines of requirements.txt for Ray's `pip`, which provides Ray itself. */
export async function packagesOf(folder: string): Promise<string[]> {
  const text = await readFile(join(jobFolder(folder), 'requirements.txt'), 'utf8');
  return text.split('\n').filter((line) => line !== '' && !line.startsWith('#') && !line.startsWith('ray'));
}
