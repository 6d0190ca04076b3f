/**
 * What a run in training leaves in its folder, so that it can go on after a restart, a power failure or a kill: next to the checkpoint and
 * the sequences, a record of how it was begun and what it learns from. Sealed, since a `.git` may come from elsewhere; hence it is not
 * validated beyond that, and counts for the release that wrote it.
 */
import { rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as z from 'zod';
import { toolVersion } from '../common/version.ts';
import { readCheckpoint } from '../engine/training/checkpoint.ts';
import type { TrainJob } from '../engine/training/trainJob.ts';
import type { Dataset } from '../mining/types.ts';
import type { LossPoint, TuneProgress } from '../protocol/tune.ts';
import { isFile } from '../storage/isFile.ts';
import { fitsSeal, sealOf } from '../storage/machineSeal.ts';
import { readBounded } from '../storage/readBounded.ts';
import { writeAside } from '../storage/writeAside.ts';
import type { Train } from '../tuning/prepare.ts';
import type { TuneOptions } from '../tuning/types.ts';
import type { LearnedDataset } from '../versions/describeVersion.ts';
import { versionsOfRuns } from './versionOfRun.ts';

/** Raised with every change. */
const FORMAT = 1;
const PURPOSE = 'interrupted run';
const FILE = 'resume.json';
const SHOWN_FILE = 'shown.json';
const MOST_BYTES = 32e6;
const MOST_SHOWN_BYTES = 2e6;
const SHOWN_EVERY_MS = 10_000;

export interface ResumeRecord {
  readonly runId: string;
  readonly options: TuneOptions;
  readonly startedAtMs: number;
  /** Of its time, when the training began. */
  readonly secondsLeft: number;
  readonly baseSha256: string;
  /** The version it continues from. */
  readonly parent: string | null;
  readonly job: TrainJob;
  readonly sequencesSha256: string;
  /** What it learns from, as its version's manifest will say. */
  readonly dataset: LearnedDataset;
  /** Files of its training pairs: those that were there when they were read, and those known from the history alone. */
  readonly paths: readonly string[];
  readonly gone: readonly string[];
}

/** A run that can go on. */
export interface Interrupted {
  readonly runDir: string;
  readonly record: ResumeRecord;
  readonly step: number;
  /** Of the schedule, as far as the machine's speed was known. */
  readonly steps: number;
  /** Of the training, so far. */
  readonly seconds: number;
  readonly curve: readonly LossPoint[];
  /** When it last kept what it had learned. */
  readonly savedAtMs: number;
}

export function pathsOf(
  { files }: Pick<Dataset, 'files'>,
  { pairs }: Pick<Train, 'pairs'>,
): Pick<ResumeRecord, 'paths' | 'gone'> {
  const there = new Set(files.map(({ path }) => path));
  const all = [...new Set(pairs.map(({ path }) => path))];
  return { paths: all.filter((path) => there.has(path)), gone: all.filter((path) => !there.has(path)) };
}

/** @throws the file system's error */
export async function writeResumeRecord(runDir: string, record: ResumeRecord): Promise<void> {
  const text = JSON.stringify({ format: FORMAT, toolVersion, ...record });
  await writeAside(join(runDir, FILE), `${await sealOf(PURPOSE, text)}\n${text}`);
}

/** From then on it cannot go on. */
export async function forgetResumeRecord(runDir: string): Promise<void> {
  await rm(join(runDir, FILE), { force: true });
}

/** null if the run in this folder cannot go on. Whether it is still under way is not looked at. */
export async function readInterrupted(runDir: string): Promise<Interrupted | null> {
  const left = await readLeft(runDir);
  return left === null ? null : ((await withoutVersion([left]))[0] ?? null);
}

/** Those of one store whose version is not there: killed when it had only that left to activate, a run would make another like it. */
async function withoutVersion(left: readonly Interrupted[]): Promise<Interrupted[]> {
  const [first] = left;
  if (first === undefined) return [];
  const versionOf = await versionsOfRuns(storeOf(first.runDir));
  return left.filter(({ record }) => versionOf(record.runId) === null);
}

async function readLeft(runDir: string): Promise<Interrupted | null> {
  const record = await readRecord(runDir).catch(() => null);
  if (record === null) return null;
  const { runId, job } = record;
  const path = join(runDir, job.checkpointFile);
  const checkpoint = await readCheckpoint(path, runId);
  if (checkpoint === null) return null;
  const { step, schedule, spent, stateFile, best } = checkpoint;
  for (const needed of [stateFile, job.sequencesFile, best.adapterFile ?? stateFile])
    if (!(await isFile(join(runDir, needed)))) return null;
  const shown = await readShown(runDir);
  return {
    runDir,
    record,
    step,
    steps: Math.max(step, shown?.steps ?? schedule.steps),
    seconds: Object.values(spent).reduce((sum, one) => sum + one, 0),
    curve: (shown?.curve ?? []).filter((point) => point.step <= step),
    savedAtMs: (await stat(path)).mtimeMs,
  };
}

/** The store that the run's folder lies in. */
function storeOf(runDir: string): string {
  return dirname(dirname(runDir));
}

/** Of the folders of runs in a store. An interrupted run leaves one; many come from somebody else's archive, each with a large record. */
const MOST_LOOKED_AT = 8;

/** The runs that can go on, of the newest folders, one after the other: all at once, they could take all memory. */
export async function readAllInterrupted(dirs: readonly string[]): Promise<Interrupted[]> {
  const dated = await Promise.all(
    dirs.map(async (dir) => ({ dir, atMs: (await stat(dir).catch(() => null))?.mtimeMs ?? 0 })),
  );
  const found: Interrupted[] = [];
  for (const { dir } of dated.toSorted((a, b) => b.atMs - a.atMs).slice(0, MOST_LOOKED_AT)) {
    const one = await readLeft(dir);
    if (one !== null) found.push(one);
  }
  return await withoutVersion(found);
}

async function readRecord(runDir: string): Promise<ResumeRecord | null> {
  const text = await readBounded(join(runDir, FILE), MOST_BYTES);
  const end = text.indexOf('\n');
  if (!(await fitsSeal(PURPOSE, text.slice(end + 1), text.slice(0, Math.max(0, end))))) return null;
  const { format, toolVersion: wroteIt, ...record } = JSON.parse(text.slice(end + 1));
  return format === FORMAT && wroteIt === toolVersion ? record : null;
}

/** For people only: without it, the chart begins where the run goes on. */
const shownSchema = z.object({
  steps: z.int().nonnegative(),
  curve: z.array(
    z.object({ step: z.int().nonnegative(), train: z.number().nullable(), heldOut: z.number().nullable() }),
  ),
});
type Shown = z.infer<typeof shownSchema>;

/** Keeps what is shown of the training while `work` trains. */
export async function keepingShown<T>(
  runDir: string,
  progress: { readonly current: Pick<TuneProgress, 'steps' | 'curve'> },
  work: () => Promise<T>,
): Promise<T> {
  let written = Promise.resolve();
  const keep = (): void => {
    const { steps, curve } = progress.current;
    const text = JSON.stringify({ steps, curve });
    written = written.then(() => writeAside(join(runDir, SHOWN_FILE), text).catch(() => {}));
  };
  const timer = setInterval(keep, SHOWN_EVERY_MS).unref();
  try {
    return await work();
  } finally {
    clearInterval(timer);
    keep();
    await written;
  }
}

async function readShown(runDir: string): Promise<Shown | null> {
  try {
    return shownSchema.parse(JSON.parse(await readBounded(join(runDir, SHOWN_FILE), MOST_SHOWN_BYTES)));
  } catch {
    return null;
  }
}
