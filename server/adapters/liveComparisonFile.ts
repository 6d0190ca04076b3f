/** The live comparison of a repository, in `liveComparison.json` of its store: which adapters, with which share, and the counts so far. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { addArms, NO_OBSERVATIONS } from '../liveComparison/arms.ts';
import type { ArmCounts } from '../protocol/liveComparison.ts';
import { adapterIdSchema } from '../protocol/manifest.ts';
import { readKept } from '../storage/keptFile.ts';
import { withLock } from '../storage/lock.ts';
import { makeStoreFolder } from '../storage/storeFolder.ts';
import { writeAside } from '../storage/writeAside.ts';

const amount = z.number().nonnegative();
const countsSchema = z.object({
  offered: amount,
  accepted: amount,
  survived: amount,
  keptShare: amount,
  keptShareSquared: amount,
  documentsSurvived: amount.default(0),
  survivedSquared: amount.default(0),
  keptShareOfDocumentSquared: amount.default(0),
  survivedKeptShare: amount.default(0),
  documents: amount.default(0),
  offeredSquared: amount.default(0),
  acceptedSquared: amount.default(0),
  offeredAccepted: amount.default(0),
});
const fileSchema = z.object({
  format: z.literal(1),
  startedAt: z.iso.datetime(),
  /** Adapter ids; null is the base alone. `active` is what served when it began. */
  active: adapterIdSchema.nullable(),
  rival: adapterIdSchema.nullable(),
  share: z.number().gt(0).lt(1),
  /** Whether the user was told that the active arm does worse. */
  told: z.boolean(),
  counts: z.object({ active: countsSchema, rival: countsSchema }),
});

const MOST_BYTES = 64 * 1024;

export type LiveComparisonFile = Readonly<z.infer<typeof fileSchema>>;

/** null if none runs. A damaged file ends the comparison: only its counts are lost. */
export async function readLiveComparison(storeDir: string): Promise<LiveComparisonFile | null> {
  return await readKept(pathOf(storeDir), MOST_BYTES, fileSchema).catch(() => null);
}

/** Starts one, replacing any that runs. */
export async function startLiveComparison(
  storeDir: string,
  { active, rival, share }: Pick<LiveComparisonFile, 'active' | 'rival' | 'share'>,
  nowMs: number,
): Promise<LiveComparisonFile> {
  if (active === rival)
    throw new Error('Both arms would be the same. Choose another adapter, or the base, to compare with.');
  const begun: LiveComparisonFile = {
    format: 1,
    startedAt: new Date(nowMs).toISOString(),
    active,
    rival,
    share,
    told: false,
    counts: { active: NO_OBSERVATIONS, rival: NO_OBSERVATIONS },
  };
  await change(storeDir, () => fileSchema.parse(begun));
  return begun;
}

/** Whether there was one: true for the first of several windows that end it. */
export async function stopLiveComparison(storeDir: string): Promise<boolean> {
  // Under the lock: a process that is counting would otherwise write it back.
  return await locked(storeDir, 'ending a comparison', () =>
    rm(pathOf(storeDir)).then(
      () => true,
      (error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return false;
        throw error;
      },
    ),
  );
}

/** With a deleted version it could neither continue nor finish. */
export async function stopLiveComparisonOf(storeDir: string, id: string): Promise<void> {
  const running = await readLiveComparison(storeDir);
  if (running !== null && (running.active === id || running.rival === id)) await stopLiveComparison(storeDir);
}

/** Adds to the counts of the comparison that began at `startedAt`; those of an earlier one are dropped. */
export async function addObservations(
  storeDir: string,
  startedAt: string,
  more: Readonly<Record<'active' | 'rival', ArmCounts>>,
): Promise<LiveComparisonFile | null> {
  return await change(storeDir, (current) =>
    current === null || current.startedAt !== startedAt
      ? current
      : {
          ...current,
          counts: {
            active: addArms(current.counts.active, more.active),
            rival: addArms(current.counts.rival, more.rival),
          },
        },
  );
}

/** Records that the user was told; true for the first call only. */
export async function markTold(storeDir: string, startedAt: string): Promise<boolean> {
  let first = false;
  await change(storeDir, (current) => {
    if (current === null || current.startedAt !== startedAt || current.told) return current;
    first = true;
    return { ...current, told: true };
  });
  return first;
}

async function change(
  storeDir: string,
  next: (current: LiveComparisonFile | null) => LiveComparisonFile | null,
): Promise<LiveComparisonFile | null> {
  return await locked(storeDir, 'counting suggestions', async () => {
    const current = await readKept(pathOf(storeDir), MOST_BYTES, fileSchema);
    const changed = next(current);
    if (changed !== null && changed !== current)
      await writeAside(pathOf(storeDir), `${JSON.stringify(changed, null, 2)}\n`);
    return changed;
  });
}

async function locked<T>(storeDir: string, purpose: string, work: () => Promise<T>): Promise<T> {
  await makeStoreFolder(storeDir);
  return await withLock(join(storeDir, 'liveComparison.lock'), purpose, work);
}

function pathOf(storeDir: string): string {
  return join(storeDir, 'liveComparison.json');
}
