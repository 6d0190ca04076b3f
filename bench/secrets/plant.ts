/** Creates a repository with planted secrets: in its files, in earlier versions of files, in commit messages. */
import { execFileSync } from 'node:child_process';
import { Random } from '../../server/common/random.ts';
import { ScratchRepository } from '../../server/mining/testing.ts';
import { type Plant, surroundingsOf } from './plan.ts';
import { blocks, fileOf } from './surroundings.ts';

/** Mining skips commits with more files. */
const filesPerCommit = 25;

const committer = 'committer Ada Dev <ada@orders.internal> 1800000000 +0000';

export interface Planted {
  readonly repository: ScratchRepository;
  /** The commit whose tree contains the secrets of history. */
  readonly cut: string;
}

/** The caller disposes of the repository. */
export function plantAll(plants: readonly Plant[], seed: number): Planted {
  const repository = new ScratchRepository();
  try {
    for (const plant of plants) {
      if (plant.place === 'message') continue;
      const { before, after } = surroundingsOf(plant, seed);
      const kept = plant.place === 'tree' ? [plant.text] : [];
      repository.write(plant.path, fileOf(plant.host, [...before, ...kept, ...after]));
    }
    repository.commit('Handlers of all areas');
    const past = plants.filter(({ place }) => place === 'history');
    for (const batch of batches(past)) {
      for (const plant of batch) repository.write(plant.path, written(plant, seed, 'with'));
      repository.commit('Sign in where an area asks for it');
    }
    const cut = repository.git('rev-parse', 'HEAD').trim();
    for (const batch of batches(past)) {
      for (const plant of batch) repository.write(plant.path, written(plant, seed, 'without'));
      repository.commit('Ask the environment instead');
    }
    commitEmpty(
      repository.root,
      plants.filter(({ place }) => place === 'message').map(({ text }) => text),
    );
    return { repository, cut };
  } catch (error) {
    repository[Symbol.dispose]();
    throw error;
  }
}

/** Empty commits with these messages: one process for hundreds. */
function commitEmpty(folder: string, messages: readonly string[]): void {
  const stream = messages.map(
    (text) => `commit refs/heads/main\n${committer}\ndata ${Buffer.byteLength(text)}\n${text}\n`,
  );
  // The first names its parent; the others follow it.
  const [first = '', ...others] = stream;
  const input = [`${first}from refs/heads/main^0\n\n`, ...others.map((commit) => `${commit}\n`)].join('');
  execFileSync('git', ['fast-import', '--quiet'], { cwd: folder, input });
}

/** A file of history: first with its secret and more code below it, then with more code above and the secret removed. */
function written(plant: Plant, seed: number, state: 'with' | 'without'): string {
  const { before, after } = surroundingsOf(plant, seed);
  const [above, instead, below] = blocks(plant.host, new Random('more', String(seed), plant.path), 3) as [
    string,
    string,
    string,
  ];
  const last = after.slice(0, 2);
  const rest = after.slice(2);
  return state === 'with'
    ? fileOf(plant.host, [...before, plant.text, ...last, below, ...rest])
    : fileOf(plant.host, [...before.slice(0, -2), above, ...before.slice(-2), instead, ...last, below, ...rest]);
}

function* batches(plants: readonly Plant[]): Generator<readonly Plant[]> {
  for (let at = 0; at < plants.length; at += filesPerCommit) yield plants.slice(at, at + filesPerCommit);
}
