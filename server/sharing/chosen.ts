/** The version that a person names, out of those at a remote. */
import type { Catalogue, SharedVersion } from './catalogue.ts';
import { ShareError } from './errors.ts';

/** By id, set or name. @throws {ShareError} that says what is there */
export function chosen({ versions, unusable }: Catalogue, wanted: string): SharedVersion {
  const [named, ...others] = versions.filter(({ id }) => id === wanted);
  if (named !== undefined && others.length > 0) throw ambiguous([named, ...others], wanted);
  const found = named ?? versions.find(({ set, manifest }) => set === wanted || manifest.name === wanted);
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

/** Repotune publishes no two with one id; whoever may push to the remote can, and would be taken for the other's author. */
function ambiguous(versions: readonly SharedVersion[], id: string): ShareError {
  const each = versions.map(({ set, author: { name, email } }) => `${set} by ${name} <${email}>`);
  return new ShareError(
    'exists',
    `Several adapters at the remote have the id ${id}: ${each.slice(0, 5).join(', ')}, so none of them was downloaded. Ask them which one is meant, and name its set on the command line, for example: repotune share pull ${versions.at(-1)!.set}`,
  );
}
