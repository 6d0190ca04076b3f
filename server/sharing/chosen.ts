/** The version that a person names, out of those at a remote. */
import type { Catalogue, SharedVersion } from './catalogue.ts';
import { ShareError } from './errors.ts';

/** By id, set or name. @throws {ShareError} that says what is there */
export function chosen({ versions, unusable }: Catalogue, wanted: string): SharedVersion {
  const found =
    versions.find(({ id }) => id === wanted) ??
    versions.find(({ set, manifest }) => set === wanted || manifest.name === wanted);
  if (found) return found;
  const broken = unusable.find(({ id }) => id === wanted) ?? unusable.find(({ set }) => set === wanted);
  if (broken)
    throw new ShareError('damaged', `${broken.id} cannot be downloaded: ${broken.problem.replace(/\.$/, '')}.`);
  const known = versions
    .slice(0, 5)
    .map(({ id }) => id)
    .join(', ');
  const nothing = unusable.length > 0 ? 'What is shared there cannot be used.' : 'Nothing is shared yet.';
  throw new ShareError(
    'not-found',
    `Nothing called ${wanted} is shared there. ${known === '' ? nothing : `The newest: ${known}.`}`,
  );
}
