/** Finds the known download of a base by its sha256, since names can be anything. The hub is asked for what the catalogue lacks. */
import { type CatalogueEntry, catalogue } from './catalogue.ts';
import { statedFile } from './download.ts';

export interface KnownDownload {
  readonly entry: CatalogueEntry;
  readonly bytes: number;
}

/** null if no catalogue entry of this architecture has that hash, or the hub cannot be reached. */
export async function findDownload(
  { sha256, architecture }: { readonly sha256: string; readonly architecture: string },
  { entries = catalogue, ...hub }: HubOptions & { readonly entries?: readonly CatalogueEntry[] } = {},
): Promise<KnownDownload | null> {
  const possible = entries.filter((entry) => entry.architecture === architecture);
  const known = possible.find((entry) => entry.sha256 === sha256);
  if (known) return { entry: known, bytes: known.fileBytes };
  const unstated = possible.filter((entry) => entry.sha256 === undefined);
  const asked = unstated.map(async (entry): Promise<KnownDownload | null> => {
    const stated = await statedFile({ repository: entry.repository, file: entry.file, ...hub }).catch(() => null);
    return stated?.sha256 === sha256 ? { entry, bytes: stated.bytes } : null;
  });
  return (await Promise.all(asked)).find((found) => found !== null) ?? null;
}

type HubOptions = Pick<Parameters<typeof statedFile>[0], 'hubUrl' | 'proxy' | 'noProxy' | 'signal'>;
