/** Which known download is a base, told by its sha256: names can be anything, the catalogue or the hub states hashes. */
import { type CatalogueEntry, catalogue } from './catalogue.ts';
import { statedFile } from './download.ts';

export interface KnownDownload {
  readonly entry: CatalogueEntry;
  readonly bytes: number;
}

/** null where no catalogue entry of this architecture has that hash, or the hub cannot be asked. */
export async function findDownload(
  { sha256, architecture }: { readonly sha256: string; readonly architecture: string },
  { entries = catalogue, ...hub }: HubOptions & { readonly entries?: readonly CatalogueEntry[] } = {},
): Promise<KnownDownload | null> {
  const possible = entries.filter((entry) => entry.architecture === architecture);
  const asked = possible.map(async (entry): Promise<KnownDownload | null> => {
    const stated = await statedFile({ repository: entry.repository, file: entry.file, ...hub }).catch(() => null);
    return stated && (entry.sha256 ?? stated.sha256) === sha256 ? { entry, bytes: stated.bytes } : null;
  });
  return (await Promise.all(asked)).find((found) => found !== null) ?? null;
}

type HubOptions = Pick<Parameters<typeof statedFile>[0], 'hubUrl' | 'proxy' | 'noProxy' | 'signal' | 'accessToken'>;
