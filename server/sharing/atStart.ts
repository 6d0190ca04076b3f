/** What to tell of the team's remote when an editor starts. */
import { join } from 'node:path';
import * as z from 'zod';
import { AdapterStore } from '../adapters/store.ts';
import { parseJson } from '../common/parseJson.ts';
import { shownAddress } from '../common/shownAddress.ts';
import type { Notice, SharedAdapter, ShareParams } from '../protocol/index.ts';
import { isOfNewerRelease } from '../storage/newerRelease.ts';
import { readIfThere } from '../storage/readIfThere.ts';
import { makeStoreFolder } from '../storage/storeFolder.ts';
import { writeAside } from '../storage/writeAside.ts';
import type { ShareService } from './service.ts';
import { revokedHere } from './trust.ts';

const seenSchema = z.object({ format: z.literal(1), ids: z.array(z.string().max(64)).max(10_000) });
const MOST_BYTES = 2 ** 20;

/**
 * Versions new there since the last look, told once and taken only on request, and those here whose signers are revoked, told until they
 * are gone. null if there are none. Rejects if the remote cannot be reached: at start-up only the log records that.
 */
export async function newAtRemote(
  service: Pick<ShareService, 'adapters'>,
  params: ShareParams,
  signal?: AbortSignal,
): Promise<Notice | null> {
  const adapters = await service.adapters(params, signal);
  const revoked = revokedHere(adapters);
  const fresh = freshSentence(await freshIn(adapters, params.folder), params.remote);
  const message = [revoked, fresh].filter((sentence) => sentence !== null).join(' ');
  if (message === '') return null;
  const action =
    fresh === null ? toDelete(adapters, params.folder) : { title: 'Look', command: 'repotune.getTeamAdapters' };
  return { severity: revoked === null ? 'info' : 'warning', message, ...(action === null ? {} : { action }) };
}

/** Where one alone is meant: cards show no ids. */
function toDelete(adapters: readonly SharedAdapter[], folder: string): NonNullable<Notice['action']> | null {
  const [one, ...others] = adapters.filter(({ here, revoked }) => here && revoked);
  if (one === undefined || others.length > 0) return null;
  return { title: 'Delete…', command: 'repotune.removeAdapter', argument: one.id, folder };
}

/** Those nobody here was told of; noted as told. */
async function freshIn(adapters: readonly SharedAdapter[], folder: string): Promise<readonly SharedAdapter[]> {
  const { dir } = await AdapterStore.of(folder);
  const path = join(dir, 'shared-seen.json');
  const text = (await readIfThere(path, MOST_BYTES)) ?? '';
  // It could not be noted who was told, so that every start would tell it again.
  if (isOfNewerRelease(text)) return [];
  const seen = new Set(seenIn(text));
  const fresh = adapters.filter(({ id, here }) => !here && !seen.has(id));
  if (fresh.length > 0) {
    await makeStoreFolder(dir);
    await writeAside(path, `${JSON.stringify({ format: 1, ids: adapters.map(({ id }) => id) })}\n`);
  }
  return fresh;
}

function freshSentence(fresh: readonly SharedAdapter[], remote: string): string | null {
  if (fresh.length === 0) return null;
  const authors = [...new Set(fresh.map(({ author }) => author))].slice(0, 3).join(', ');
  const what = fresh.length === 1 ? 'is a new team adapter' : `are ${fresh.length} new team adapters`;
  return `There ${what} at ${shownAddress(remote)}, by ${authors}. Nothing has been downloaded.`;
}

/** A damaged list counts as empty: the user is told once more. */
function seenIn(text: string): readonly string[] {
  return seenSchema.safeParse(parseJson(text)).data?.ids ?? [];
}
