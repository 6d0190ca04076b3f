/**
 * Which files a user keeps from learning, or from assistants: nothing of them is repeated in other files, nor shown to the model there. Asked
 * at every pause in typing.
 */
import { placeInRepository } from '../git/placeInRepository.ts';
import { storeLocation } from '../git/storeLocation.ts';
import { readAssistantLists } from './assistantLists.ts';
import { firstOf, readIgnoreFile } from './ignore.ts';
import { forgottenRule, readLearning } from './learning.ts';

/** Of `paths`, relative to the folder; all of them if the rules cannot be read. */
export async function keptOut(folder: string, paths: readonly string[]): Promise<ReadonlySet<string>> {
  try {
    const { root, within, storeDir } = await placeInRepository(folder);
    const fromRoot = (path: string): string => [...within, path].join('/');
    const rule = firstOf([
      await readIgnoreFile(root),
      await readAssistantLists(root, paths.map(fromRoot)),
      forgottenRule((await readLearning(storeDir ?? (await storeLocation(root)))).forgotten),
    ]);
    return new Set(paths.filter((path) => rule(fromRoot(path)) !== undefined));
  } catch {
    return new Set(paths);
  }
}
