/**
 * What this clone knows about a version's quality. Stored beside the versions, which never change: a version from elsewhere is measured
 * here before it may serve, and the gate's verdict on each is kept.
 */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { parseWithoutControls, withoutControls } from '../common/controls.ts';
import { parseJson } from '../common/parseJson.ts';
import type { Manifest } from '../protocol/manifest.ts';
import { requireKnownFormat } from '../storage/newerRelease.ts';
import { readBounded } from '../storage/readBounded.ts';
import { makeStoreFolder } from '../storage/storeFolder.ts';
import { writeAside } from '../storage/writeAside.ts';
import { breakSeal, seal } from './seal.ts';

const MOST_BYTES = 16 * 1024 * 1024;
const MOST_ORIGIN_BYTES = 8 * 1024;
const MOST_REASON = 2000;

const judgementSchema = z.object({
  format: z.literal(1),
  at: z.iso.datetime(),
  /** Hash of the file that was measured. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  passed: z.boolean(),
  reason: z.string().max(MOST_REASON).transform(withoutControls),
  /** In the format of report.json, measured in this clone; null if that is the version's own report. */
  report: z.unknown(),
});

export type Judgement = Readonly<z.infer<typeof judgementSchema>>;

/** Where a version not tuned here came from; stored with it. */
const originSchema = z.object({
  kind: z.enum(['pulled', 'imported', 'copied']),
  /** From whom, or which file, for people. */
  from: z.string().max(1000),
});
export type Origin = Readonly<z.infer<typeof originSchema>>;

const COPIED: Origin = { kind: 'copied', from: 'another machine with a copy of this repository' };

export type Standing =
  | { readonly kind: 'passed' | 'failed'; readonly reason: string; readonly at: string }
  /**
   * From elsewhere: may not serve until measured here, or, where nobody knows what it was trained on so that no measurement would mean
   * anything, until the user accepts it as it is.
   */
  | { readonly kind: 'unmeasured' | 'unmeasurable'; readonly origin: Origin }
  /** Made here, without a judgement: a refit on everything, or one of an earlier release. */
  | { readonly kind: 'unjudged' };

export async function writeJudgement(
  storeDir: string,
  id: string,
  { sha256, passed, reason, report }: Omit<Judgement, 'format' | 'at'>,
  nowMs: number,
): Promise<void> {
  await makeStoreFolder(storeDir, 'judgements');
  const at = new Date(nowMs).toISOString();
  // A longer one could not be read, and a version that failed would count as never judged.
  const judgement: Judgement = { format: 1, at, sha256, passed, reason: reason.slice(0, MOST_REASON), report };
  await writeAside(pathOf(storeDir, id), `${JSON.stringify(judgement)}\n`);
  if (passed) await seal(storeDir, id, sha256);
}

/** null if there is none that can be read: the version then counts as unmeasured. @throws {NewerRelease} */
async function readJudgement(storeDir: string, id: string): Promise<Judgement | null> {
  const path = pathOf(storeDir, id);
  const value = parseJson(await readBounded(path, MOST_BYTES).catch(() => ''));
  requireKnownFormat(path, value);
  return judgementSchema.safeParse(value).data ?? null;
}

export async function forgetJudgement(storeDir: string, id: string): Promise<void> {
  await rm(pathOf(storeDir, id), { force: true });
  await breakSeal(storeDir, id);
}

/** `sealed`: whether it is certified to serve here. */
export async function standingOf(
  storeDir: string,
  versionDir: string,
  { id, adapter, training }: Manifest,
  sealed: boolean,
): Promise<Standing> {
  // A judgement of another file says nothing.
  const { sha256 } = adapter;
  const judgement = await readJudgement(storeDir, id);
  // Only this machine is trusted that a version passed.
  if (judgement !== null && judgement.sha256 === sha256 && (sealed || !judgement.passed)) {
    return { kind: judgement.passed ? 'passed' : 'failed', reason: judgement.reason, at: judgement.at };
  }
  const origin = (await originOf(versionDir)) ?? (sealed ? null : COPIED);
  if (origin === null) return { kind: 'unjudged' };
  return { kind: training.method === 'imported' ? 'unmeasurable' : 'unmeasured', origin };
}

/** null for what was tuned here. Even an unreadable file means that it came from elsewhere. */
export async function originOf(versionDir: string): Promise<Origin | null> {
  try {
    return originSchema.parse(
      parseWithoutControls(await readBounded(join(versionDir, 'origin.json'), MOST_ORIGIN_BYTES)),
    );
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    return { kind: 'imported', from: 'an unknown source' };
  }
}

function pathOf(storeDir: string, id: string): string {
  return join(storeDir, 'judgements', `${id}.json`);
}
