/**
 * A submission, as stored on this machine until its adapters have arrived: its repositories, and their state when the rows were made. It is
 * in the user's data folder, since a repository could supply one that names another address.
 */
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { promptFormatSchema } from '../protocol/promptFormat.ts';
import { NewerRelease, requireKnownFormat } from '../storage/newerRelease.ts';
import { removeAll } from '../storage/patient.ts';
import { readBounded } from '../storage/readBounded.ts';
import { writeAside } from '../storage/writeAside.ts';
import { clusterFolder } from './address.ts';

const SUBMISSION_ID = /^repotune-[a-z0-9-]{1,60}$/;
const MOST_BYTES = 2 ** 20;
const FILE = 'submission.json';

const repositorySchema = z.object({
  number: z.int().positive(),
  folder: z.string().min(1),
  repository: z.string(),
  runId: z.string().regex(/^run-[\w-]{1,60}$/),
  /** Files with rows, and number of rows. */
  files: z.int().nonnegative(),
  pairs: z.int().positive(),
  bytes: z.int().nonnegative(),
  tokens: z.int().nonnegative(),
  /** The commit whose tree was learned; '' without git. */
  learnedTo: z.string(),
  /** The newest commit when the rows were made. Absent in submissions of an earlier release. */
  commit: z.string().exactOptional(),
  firstCommit: z.string(),
  /** As in a version's manifest. */
  heldOutBeyond: z.array(z.string()).exactOptional(),
  /** The layout of its rows: another release may prompt the base differently by the time that the adapter arrives. */
  prompt: promptFormatSchema,
  steps: z.int().positive(),
  tokensPerStep: z.int().positive(),
  learningRate: z.number(),
  rank: z.int().positive(),
  alpha: z.number(),
  weightDecay: z.number(),
  seed: z.int(),
  /** Id of the version it became. */
  adapterId: z.string().nullable(),
});
export type SubmittedRepository = Readonly<z.infer<typeof repositorySchema>>;

const schema = z.object({
  format: z.literal(1),
  id: z.string().regex(SUBMISSION_ID),
  createdAtMs: z.number(),
  /** null until sent. */
  address: z.string().nullable(),
  installed: z.boolean(),
  base: z.string(),
  /** The GGUF file of the same base. */
  modelPath: z.string(),
  modelSha256: z.string(),
  repositories: z.array(repositorySchema).min(1),
});
export type Submission = Readonly<z.infer<typeof schema>>;

/** `folder`: the submission's, which contains the job's folder `job`. */
export async function writeSubmission(folder: string, submission: Submission): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeAside(join(folder, FILE), `${JSON.stringify(submission, null, 2)}\n`);
}

/** @throws {Error} with a message for the user. */
export async function readSubmission(folder: string): Promise<Submission> {
  try {
    const path = join(folder, FILE);
    const value: unknown = JSON.parse(await readBounded(path, MOST_BYTES));
    requireKnownFormat(path, value);
    return schema.parse(value);
  } catch (error) {
    if (error instanceof NewerRelease) throw error;
    throw new Error(
      `${folder} holds no submission. Pack it again with "Repotune: Tune on a Cluster…" (on the command line: repotune cluster pack)`,
      { cause: error },
    );
  }
}

/** Contains what is sent, and nothing else. */
export function jobFolder(folder: string): string {
  return join(folder, 'job');
}

export function submissionFolder(dataDir: string, id: string): string {
  if (!SUBMISSION_ID.test(id)) throw new Error(`${id} is not the name of a submission.`);
  return join(clusterFolder(dataDir), 'submissions', id);
}

export interface Submissions {
  /** Newest first. */
  readonly submissions: readonly Submission[];
  /** Ids of those that a newer release has sent. */
  readonly newer: readonly string[];
}

/** Damaged ones are skipped. */
export async function listSubmissions(dataDir: string): Promise<Submissions> {
  const names = await readdir(join(clusterFolder(dataDir), 'submissions')).catch(() => []);
  const submissions: Submission[] = [];
  const newer: string[] = [];
  for (const name of names.filter((one) => SUBMISSION_ID.test(one)).sort()) {
    try {
      submissions.push(await readSubmission(submissionFolder(dataDir, name)));
    } catch (error) {
      if (error instanceof NewerRelease) newer.push(name);
    }
  }
  return { submissions: submissions.sort((a, b) => b.createdAtMs - a.createdAtMs), newer };
}

export async function forgetSubmission(dataDir: string, id: string): Promise<void> {
  await removeAll(submissionFolder(dataDir, id));
}

let writing: Promise<unknown> = Promise.resolve();

/** Records which version a repository's tune became. Serialized, since several arrive at once. */
export async function noteAdapter(folder: string, number: number, adapterId: string): Promise<Submission> {
  const noted = writing.then(async () => {
    const before = await readSubmission(folder);
    const repositories = before.repositories.map((one) => (one.number === number ? { ...one, adapterId } : one));
    const after = { ...before, repositories };
    await writeSubmission(folder, after);
    return after;
  });
  writing = noted.catch(() => {});
  return await noted;
}
