/** Lines of accepted suggestions that are still there, in `standing.json` of a repository's store: hashes and weights. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { MOST_LINES, type StandingLines, standing } from '../liveComparison/standing.ts';
import { readKept } from '../storage/keptFile.ts';
import { withLock } from '../storage/lock.ts';
import { makeStoreFolder } from '../storage/storeFolder.ts';
import { writeAside } from '../storage/writeAside.ts';

const fileSchema = z.object({
  format: z.literal(1),
  lines: z.array(z.tuple([z.string().regex(/^[0-9a-f]{16}$/), z.number().min(0).max(1)])).max(MOST_LINES),
});
const MOST_BYTES = 2 ** 20;

/** A damaged file counts as empty. */
export async function readStanding(storeDir: string): Promise<StandingLines> {
  return await kept(storeDir).catch(() => new Map());
}

/** @throws as `readKept` */
async function kept(storeDir: string): Promise<StandingLines> {
  return new Map((await readKept(pathOf(storeDir), MOST_BYTES, fileSchema))?.lines);
}

export async function addStanding(storeDir: string, text: string, weight: number): Promise<void> {
  await locked(storeDir, async () => {
    const lines = [...standing(await kept(storeDir), text, weight)];
    await writeAside(pathOf(storeDir), JSON.stringify({ format: 1, lines }));
  });
}

export async function forgetStanding(storeDir: string): Promise<void> {
  await locked(storeDir, () => rm(pathOf(storeDir), { force: true }));
}

async function locked(storeDir: string, work: () => Promise<void>): Promise<void> {
  await makeStoreFolder(storeDir);
  await withLock(join(storeDir, 'standing.lock'), 'keeping what stands of suggestions', work);
}

function pathOf(storeDir: string): string {
  return join(storeDir, 'standing.json');
}
