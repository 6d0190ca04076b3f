/**
 * Which files a user keeps from learning, or from assistants: nothing of them is repeated in other files, nor shown to the model there. Asked
 * at every pause in typing.
 */
import { realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { pathWithin } from '../common/pathWithin.ts';
import { placeInRepository } from '../git/placeInRepository.ts';
import { storeLocation } from '../git/storeLocation.ts';
import { realPathOf } from '../storage/realPathOf.ts';
import { readAssistantLists } from './assistantLists.ts';
import { firstOf, readIgnoreFile } from './ignore.ts';
import { readForgotten, readLearning } from './learning.ts';

/** In a linked work tree, or a sparse one, each look asks git. */
const LOOK_EVERY_MS = 3000;

interface Look {
  readonly atMs: number;
  readonly isOut: Map<string, boolean>;
}

export class KeptOut {
  readonly #nowMs: () => number;
  readonly #looks = new Map<string, Look>();

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** Of `paths`, relative to the folder; all of them if the rules cannot be read. Rules written just now count in three seconds. */
  async of(folder: string, paths: readonly string[]): Promise<ReadonlySet<string>> {
    const last = this.#looks.get(folder);
    const isFresh = last !== undefined && this.#nowMs() - last.atMs < LOOK_EVERY_MS;
    const look = isFresh ? last : { atMs: this.#nowMs(), isOut: new Map<string, boolean>() };
    this.#looks.set(folder, look);
    const unknown = paths.filter((path) => !look.isOut.has(path));
    const out = unknown.length === 0 ? new Set() : await keptOut(folder, unknown);
    for (const path of unknown) look.isOut.set(path, out.has(path));
    return new Set(paths.filter((path) => look.isOut.get(path)));
  }
}

/** Of `paths`, relative to the folder; all of them if the rules cannot be read. */
export async function keptOut(folder: string, paths: readonly string[]): Promise<ReadonlySet<string>> {
  try {
    const { root, within, storeDir } = await placeInRepository(folder);
    const realRoot = await realpath(root);
    const named = await Promise.all(
      paths.map(async (path) => {
        const fromRoot = [...within, path].join('/');
        return { path, names: [fromRoot, await behindLinks(realRoot, fromRoot)] };
      }),
    );
    const rule = firstOf([
      await readIgnoreFile(root),
      await readAssistantLists(
        root,
        named.flatMap(({ names }) => names),
      ),
      await readForgotten(root, (await readLearning(storeDir ?? (await storeLocation(root)))).forgotten),
    ]);
    return new Set(named.flatMap(({ path, names }) => (names.some((name) => rule(name) !== undefined) ? [path] : [])));
  } catch {
    return new Set(paths);
  }
}

/** The same path as the file is named that it leads to; itself for one that leads out. Editors open files by their links. */
async function behindLinks(root: string, path: string): Promise<string> {
  return pathWithin(root, await realPathOf(join(root, path))) ?? path;
}
