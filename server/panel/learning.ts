/** Clients' requests about a repository's learning: its history, pausing it, and forgetting. */
import { realpath } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { forgetLessonsOf, readLessons } from '../adapters/lessons.ts';
import { forgetStanding, readStanding } from '../adapters/standingFile.ts';
import { AdapterStore } from '../adapters/store.ts';
import { pathWithin } from '../common/pathWithin.ts';
import { forgetRecordedEdits, summaryOfRecorded } from '../edits/recordedEdits.ts';
import { runGit } from '../git/git.ts';
import { findWorkTree } from '../git/repository.ts';
import { forgetFile, forgottenRule, learnFileAgain, pauseLearning, readLearning } from '../mining/learning.ts';
import type { CompletionStatistics, LearningRecord, RequestHandlers } from '../protocol/index.ts';
import { realPathOf } from '../storage/realPathOf.ts';
import { eventsOf, TIMELINE_MS, weeksOf } from '../versions/timeline.ts';

const MOST_COMMITS = 5000;

/** The recorder of edits in this window. */
export interface Recording {
  isOnIn(folder: string): Promise<boolean>;
  /** Resolves when settled edits are in the store. */
  flush(): Promise<void>;
  /** Edits so far will not be recorded. */
  forget(): Promise<void>;
}

export interface LearningParts {
  folderOf(asked: string | undefined): string;
  statistics(): Promise<CompletionStatistics>;
  readonly recording: Recording;
  /** Learning was paused or resumed in a repository. */
  onPaused(paused: boolean): Promise<void>;
  /** A file, or what was recorded, was forgotten. */
  onForgotten(folder: string): Promise<void>;
  nowMs(): number;
}

type LearningRequests = Pick<
  RequestHandlers,
  'learning' | 'pauseLearning' | 'forgetFile' | 'learnFileAgain' | 'forgetRecorded'
>;

export function learningRequests(parts: LearningParts): LearningRequests {
  const { folderOf, recording, onPaused, onForgotten } = parts;
  const storeOf = (folder: string): Promise<AdapterStore> => AdapterStore.of(folder);
  return {
    learning: ({ folder }) => recordOf(folderOf(folder), parts),
    pauseLearning: async ({ folder: asked, paused }) => {
      const folder = folderOf(asked);
      await pauseLearning((await storeOf(folder)).dir, paused);
      await onPaused(paused);
      return await recordOf(folder, parts);
    },
    forgetFile: async ({ folder: asked, path: named }) => {
      const folder = folderOf(asked);
      const path = await pathInRepository(folder, named);
      const { dir } = await storeOf(folder);
      await forgetFile(dir, path);
      await forgetLessonsOf(dir, path);
      await recording.flush();
      await forgetRecordedEdits(dir, path);
      await onForgotten(folder);
      return await recordOf(folder, parts);
    },
    learnFileAgain: async ({ folder: asked, path }) => {
      const folder = folderOf(asked);
      await learnFileAgain((await storeOf(folder)).dir, path);
      return await recordOf(folder, parts);
    },
    forgetRecorded: async ({ folder: asked, only }) => {
      const folder = folderOf(asked);
      const { dir } = await storeOf(folder);
      await recording.forget();
      await forgetRecordedEdits(dir);
      if (only !== 'edits') await forgetStanding(dir);
      await onForgotten(folder);
      return await recordOf(folder, parts);
    },
  };
}

async function recordOf(folder: string, { statistics, recording, nowMs }: LearningParts): Promise<LearningRecord> {
  const store = await AdapterStore.of(folder);
  const [{ paused, forgotten }, { adapters }, audit, commitsMs, { days }] = await Promise.all([
    readLearning(store.dir),
    store.list(),
    store.audit.read(),
    commitTimes(folder, nowMs() - TIMELINE_MS),
    statistics(),
  ]);
  const history = { adapters, audit, commitsMs, days, nowMs: nowMs() };
  return {
    paused,
    forgotten,
    recorded: { on: await recording.isOnIn(folder), ...(await summaryOfRecorded(store.dir)) },
    standing: (await readStanding(store.dir)).size,
    events: eventsOf(history),
    weeks: weeksOf(history),
    learned: await learnedLast(store.dir, adapters, forgotten),
  };
}

/** What the newest known version learned. */
async function learnedLast(
  storeDir: string,
  adapters: Awaited<ReturnType<AdapterStore['list']>>['adapters'],
  forgotten: readonly string[],
): Promise<LearningRecord['learned']> {
  const leftOut = forgottenRule(forgotten);
  for (const { id, name, manifest } of adapters) {
    const lessons = (await readLessons(storeDir, id)).filter(({ path }) => leftOut(path) === undefined);
    if (lessons.length > 0) return { name, createdAtMs: Date.parse(manifest.createdAt), lessons };
  }
  return null;
}

/** Times of the commits since then; empty if git cannot tell. */
async function commitTimes(folder: string, sinceMs: number): Promise<number[]> {
  const since = `--since=${new Date(sinceMs).toISOString()}`;
  const options = ['--timestamp', `--max-count=${MOST_COMMITS}`, since] as const;
  const output = await runGit(folder, ['rev-list', ...options], { revisions: ['HEAD'] }).catch(() => null);
  const lines = output?.toString('utf8').trim().split('\n') ?? [];
  return lines.map((line) => 1000 * Number.parseInt(line, 10)).filter(Number.isFinite);
}

/** @throws with a message for the user if it is not one of the repository's. */
async function pathInRepository(folder: string, named: string): Promise<string> {
  const root = await realpath((await findWorkTree(folder))?.root ?? folder);
  const path = isAbsolute(named) ? named : join(root, named);
  // Mining knows it by its own name, whichever link it was opened by. It may be gone, and its folder may be a link.
  const real = await realPathOf(path);
  const inside = pathWithin(root, real);
  if (!inside) throw new Error(`${named} is not a file of the repository in ${root}.`);
  return inside;
}
