import { expect, it } from 'vitest';
import { withScratch } from '../storage/scratch.ts';
import { Admission } from './admission.ts';
import { olderTree } from './olderTree.ts';
import { repositoryOf } from './repository.ts';
import { listCandidates } from './sources.ts';
import { moduleText, ScratchRepository } from './testing.ts';

/** Paths of the last commit's tree that are used as they are in the working tree. */
async function usedInPlace(scratch: ScratchRepository): Promise<readonly string[]> {
  const { root } = scratch;
  const listing = await listCandidates(root, await repositoryOf(root));
  const admission = new Admission(root, listing, new Map(), undefined);
  return await withScratch('cut', async (folder) => {
    const { same } = await olderTree(admission, listing, 'HEAD', folder, () => {}, undefined);
    return [...same].sort();
  });
}

it('files that have not changed since are not read again, with the line ends of Windows neither', async () => {
  using scratch = new ScratchRepository();
  scratch.write('src/a.ts', moduleText('a')).write('src/b.ts', moduleText('b')).write('src/c.ts', moduleText('c'));
  scratch.commit();
  // As `core.autocrlf` checks them out.
  scratch.write('src/b.ts', moduleText('b').replaceAll('\n', '\r\n'));
  scratch.write('src/c.ts', `${moduleText('c')}\nexport const later = 1;\n`.replaceAll('\n', '\r\n'));
  expect(await usedInPlace(scratch)).toEqual(['src/a.ts', 'src/b.ts']);
});
