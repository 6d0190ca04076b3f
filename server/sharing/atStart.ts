/** Versions new at the team's remote since the last look: reported once, taken only on request. Before them, those taken from signers who are revoked. */
import { join } from 'node:path';
import * as z from 'zod';
import { AdapterStore } from '../adapters/store.ts';
import { parseJson } from '../common/parseJson.ts';
import { shownAddress } from '../common/shownAddress.ts';
import type { Notice, ShareParams } from '../protocol/index.ts';
import { isOfNewerRelease } from '../storage/newerRelease.ts';
import { readIfThere } from '../storage/readIfThere.ts';
import { makeStoreFolder } from '../storage/storeFolder.ts';
import { writeAside } from '../storage/writeAside.ts';
import type { ShareService } from './service.ts';
import { revokedSentence } from './trust.ts';

const seenSchema = z.object({ format: z.literal(1), ids: z.array(z.string().max(64)).max(10_000) });
const MOST_BYTES = 2 ** 20;

/** null if there is nothing new. Rejects if the remote cannot be reached: at start-up only the log records that. */
export async function newAtRemote(
  service: Pick<ShareService, 'adapters'>,
  params: ShareParams,
  signal?: AbortSignal,
): Promise<Notice | null> {
  const adapters = await service.adapters(params, signal);
  const revoked = adapters.filter((one) => one.here && one.revoked).map(({ id }) => id);
  if (revoked.length > 0) return { severity: 'warning', message: revokedSentence(revoked) };
  const { dir } = await AdapterStore.of(params.folder);
  const path = join(dir, 'shared-seen.json');
  const text = (await readIfThere(path, MOST_BYTES)) ?? '';
  // It could not be noted who was told, so that every start would tell it again.
  if (isOfNewerRelease(text)) return null;
  const seen = new Set(seenIn(text));
  const fresh = adapters.filter(({ id, here }) => !here && !seen.has(id));
  if (fresh.length === 0) return null;
  await makeStoreFolder(dir);
  await writeAside(path, `${JSON.stringify({ format: 1, ids: adapters.map(({ id }) => id) })}\n`);
  const authors = [...new Set(fresh.map(({ author }) => author))].slice(0, 3).join(', ');
  const what = fresh.length === 1 ? 'a new team adapter' : `${fresh.length} new team adapters`;
  return {
    severity: 'info',
    message: `There ${fresh.length === 1 ? 'is' : 'are'} ${what} at ${shownAddress(params.remote)}, by ${authors}. Nothing has been downloaded.`,
    action: { title: 'Look', command: 'repotune.getTeamAdapters' },
  };
}

/** A damaged list counts as empty: the user is told once more. */
function seenIn(text: string): readonly string[] {
  return seenSchema.safeParse(parseJson(text)).data?.ids ?? [];
}
