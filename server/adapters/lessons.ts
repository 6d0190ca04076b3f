/**
 * What a version learned most, for its user. Stored beside the versions, not in their reports, since those are published, and so that a
 * file can be forgotten here too.
 */
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { foldedPath } from '../common/foldedPath.ts';
import { forgottenRule, readLearning } from '../mining/learning.ts';
import type { Lesson } from '../protocol/learning.ts';
import { ADAPTER_ID } from '../protocol/manifest.ts';
import { readBounded } from '../storage/readBounded.ts';
import { makeStoreFolder } from '../storage/storeFolder.ts';
import { writeAside } from '../storage/writeAside.ts';

const MOST_BYTES = 256 * 1024;
const MOST_LESSONS = 50;
const FOLDER = 'lessons';

const lessonsSchema = z.object({
  format: z.literal(1),
  lessons: z
    .array(
      z.object({
        path: z.string(),
        line: z.int(),
        before: z.string(),
        text: z.string(),
        lossBefore: z.number(),
        lossAfter: z.number(),
      }),
    )
    .max(MOST_LESSONS),
});

/** Empty where none are known. */
export async function readLessons(storeDir: string, id: string): Promise<readonly Lesson[]> {
  try {
    return lessonsSchema.parse(JSON.parse(await readBounded(pathOf(storeDir, id), MOST_BYTES))).lessons;
  } catch {
    return [];
  }
}

export async function writeLessons(storeDir: string, id: string, lessons: readonly Lesson[]): Promise<void> {
  // A run that read a file before it was forgotten may have learned it.
  const isForgotten = forgottenRule((await readLearning(storeDir)).forgotten);
  const left = lessons.filter(({ path }) => isForgotten(path) === undefined);
  if (left.length === 0) return await forgetLessons(storeDir, id);
  await makeStoreFolder(storeDir, FOLDER);
  await writeAside(pathOf(storeDir, id), `${JSON.stringify({ format: 1, lessons: left })}\n`);
}

export async function forgetLessons(storeDir: string, id: string): Promise<void> {
  await rm(pathOf(storeDir, id), { force: true });
}

/** Deletes what a file taught, from every version. */
export async function forgetLessonsOf(storeDir: string, path: string): Promise<void> {
  const names = await readdir(folderOf(storeDir)).catch(() => []);
  for (const name of names) {
    const id = name.replace(/\.json$/, '');
    if (!ADAPTER_ID.test(id)) continue;
    const lessons = await readLessons(storeDir, id);
    const left = lessons.filter((lesson) => foldedPath(lesson.path) !== foldedPath(path));
    if (left.length < lessons.length) await writeLessons(storeDir, id, left);
  }
}

function folderOf(storeDir: string): string {
  return join(storeDir, FOLDER);
}

function pathOf(storeDir: string, id: string): string {
  return join(folderOf(storeDir), `${id}.json`);
}
