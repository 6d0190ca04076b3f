/** What is shared, as the command line prints it. */
import { authorNote } from '../common/authorNote.ts';
import { grid, heldOutLoss, megabytes, table } from '../common/format.ts';
import { noneShared } from '../common/noneShared.ts';
import type { UnusableVersion } from '../sharing/catalogue.ts';
import type { Offer, TeamShare } from '../sharing/teamShare.ts';
import { isRevoked, revokedHere, signatureWords } from '../sharing/trust.ts';
import { tellOfUnusable } from '../sharing/unusable.ts';
import { versionsHere } from '../sharing/versionsHere.ts';

export async function listShared(share: TeamShare, json: boolean, signal: AbortSignal): Promise<number> {
  const { versions, unusable, totalBytes, warning, trust } = await share.list(signal);
  if (json) {
    console.log(
      JSON.stringify({
        versions: versions.map((version) => ({
          ...version.manifest,
          set: version.set,
          author: version.author,
          signature: trust.get(version)?.signature ?? null,
          newAuthor: trust.get(version)?.newAuthor ?? null,
        })),
        unusable: unusable.map(unusableJson),
        totalBytes,
      }),
    );
    return 0;
  }
  if (versions.length === 0)
    console.log(
      `${noneShared(unusable.length, ` at ${share.remote.name}`)} To publish one, run: repotune share publish`,
    );
  else {
    const rows = versions.map((version) => {
      const { id, set, author, manifest } = version;
      const of = trust.get(version);
      return [
        id,
        set,
        `${author.name}${of?.newAuthor === true ? ' (new)' : ''}`,
        manifest.createdAt.slice(0, 10),
        manifest.base.name,
        heldOutLoss(manifest.metrics),
        megabytes(manifest.adapter.sizeBytes),
        ...(trust.size === 0 ? [] : [of === undefined ? 'not verified' : signatureWords(of)]),
      ];
    });
    const last = trust.size === 0 ? [] : ['signature'];
    console.log(grid(['adapter', 'set', 'author', 'created', 'base', 'held-out loss', 'size', ...last], rows));
  }
  const isHere = await versionsHere(share.store);
  const revoked = revokedHere(
    [...trust].map(([version, of]) => ({ id: version.id, here: isHere(version), revoked: isRevoked(of) })),
  );
  if (revoked !== null) console.error(revoked);
  for (const sentence of await tellOfUnusable(share.store.dir, unusable)) console.error(sentence);
  if (warning !== null) console.error(warning);
  return 0;
}

export function offerText(offer: Offer): string {
  const { id, set, author, manifest } = offer.version;
  const { warning } = offer;
  const note = authorNote(offer);
  const { base, metrics, adapter, createdAt } = manifest;
  const rows: [string, string][] = [
    ['adapter', `${id} (${set})`],
    ['author', `${author.name} <${author.email}>${note === '' ? '' : ` (${note})`}`],
    ['created', createdAt],
    ['base', `${base.name}, sha256 ${base.sha256.slice(0, 12)}`],
    ['held-out loss', `${heldOutLoss(metrics)}${metrics === null ? '' : ', measured by its author'}`],
    ['size', megabytes(adapter.sizeBytes)],
    ['signature', signatureWords(offer)],
  ];
  return `${table(rows)}${warning === null ? '' : `\n${warning}`}`;
}

export function unusableJson({
  set,
  id,
  problem,
  why,
}: UnusableVersion): Omit<UnusableVersion, 'manifestRef' | 'parts'> {
  return { set, id, problem, why };
}
